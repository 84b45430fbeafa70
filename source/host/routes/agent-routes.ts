import * as v from 'valibot';
import {FleetError} from '../../errors.ts';
import {answerRequestSchema} from '../../protocol/answer.ts';
import {inputRequestSchema, launchRequestSchema, stopRequestSchema} from '../../protocol/launch.ts';
import type {Route} from '../http/route.ts';
import {parseBody} from './parse-body.ts';
import {reportEvidence, reportSchema} from './report.ts';
import {speakerOf} from './speaker.ts';

const restartSchema = v.object({
	environment: launchRequestSchema.entries.environment,
	size: launchRequestSchema.entries.size,
	fresh: v.optional(v.boolean(), false),
});
/** Arguments, a prompt and an environment together; the kernel takes no more either. */
const launchBytes = 4 * 1024 * 1024;

/** What can be done with agents. */
export const agentRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/agents',
		handle: (_request, host) => ({status: 200, json: host.registry.snapshot()}),
	},
	{
		method: 'POST',
		path: '/v1/agents',
		maxBodyBytes: launchBytes,
		async handle(request, host) {
			const agent = await host.agents.launch(await parseBody(launchRequestSchema, request));
			return {status: 201, json: {eventId: host.journal.lastId, agent}};
		},
	},
	{
		method: 'GET',
		path: '/v1/agents/:agent',
		handle({parameters}, host) {
			const agent = host.registry.find(parameters['agent']!);
			return {status: 200, json: {eventId: host.journal.lastId, agent}};
		},
	},
	{
		method: 'GET',
		path: '/v1/agents/:agent/attach',
		handle() {
			throw new FleetError('usage', 'attach is a WebSocket: the request must ask for an upgrade');
		},
	},
	{
		method: 'DELETE',
		path: '/v1/agents/:agent',
		async handle({parameters}, host) {
			await host.agents.remove(host.registry.find(parameters['agent']!));
			return {status: 200, json: {}};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/input',
		// JSON escapes make the longest text that is taken up to six times as long.
		maxBodyBytes: 8 * 1024 * 1024,
		async handle(request, host) {
			const agent = host.registry.find(request.parameters['agent']!);
			await host.agents.input(agent, await parseBody(inputRequestSchema, request));
			host.screens.stir(agent.id);
			return {status: 200, json: {}};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/answer',
		async handle(request, host) {
			const found = host.registry.find(request.parameters['agent']!);
			await host.agents.answer(found, await parseBody(answerRequestSchema, request));
			return {status: 200, json: {agent: host.registry.get(found.id) ?? found}};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/stop',
		async handle(request, host) {
			const found = host.registry.find(request.parameters['agent']!);
			const {grace} = await parseBody(stopRequestSchema, request);
			const agent = await host.agents.stop(found, grace);
			return {status: 200, json: {agent}};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/restart',
		maxBodyBytes: launchBytes,
		async handle(request, host) {
			const found = host.registry.find(request.parameters['agent']!);
			const agent = await host.agents.restart(found, await parseBody(restartSchema, request));
			return {status: 200, json: {agent}};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/seen',
		handle({parameters}, host) {
			const {id} = host.registry.find(parameters['agent']!);
			host.agents.observers.look(id);
			return {status: 200, json: {agent: host.registry.get(id)}};
		},
	},
	{
		method: 'GET',
		path: '/v1/agents/:agent/explain',
		handle({parameters}, host) {
			const agent = host.registry.find(parameters['agent']!);
			return {status: 200, json: host.agents.observers.explain(agent)};
		},
	},
	{
		method: 'POST',
		path: '/v1/agents/:agent/report',
		maxBodyBytes: 1024 * 1024,
		async handle(request, host) {
			const {id, agent} = host.registry.find(request.parameters['agent']!);
			const {drops} = host.agents.observers;
			const report = await parseBody(reportSchema, request);
			try {
				speakerOf(request, host, {token: report.token, agent: id});
			} catch (error) {
				drops.count(id, 'from another agent');
				throw error;
			}

			if (!drops.admit(id, Date.now())) return {status: 202, json: {}};
			for (const evidence of reportEvidence(agent, report, Date.now())) {
				host.agents.observers.tell(id, evidence);
			}

			return {status: 202, json: {}};
		},
	},
];
