import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {ask, startHost} from '../host-harness.ts';

const hostWithout = async () => {
	const bin = await mkdtemp('/tmp/fb-');
	onTestFinished(() => rm(bin, {recursive: true, force: true}));
	const host = await startHost({
		environment: async () => ({PATH: `${bin}:/usr/bin:/bin`, SHELL: '/bin/sh', HOME: bin}),
	});
	return {host, bin};
};
const body = {agent: 'codex', name: 'fixer', cwd: '/tmp', prompt: 'begin'};
const said = `codex is not installed on ${os.hostname()}: npm i -g @openai/codex`;

test('a program that is missing says so in its row, and how to get it', async () => {
	const {host} = await hostWithout();
	const {status, json} = await ask(host, 'POST', '/v1/agents', {body});
	expect(status).toBe(201);
	expect(json.agent).toMatchObject({
		name: 'fixer',
		state: 'exited',
		exit: {code: 127, message: said},
	});
	const told = await ask(host, 'GET', '/v1/agents/fixer/explain');
	expect(told.json).toMatchObject({state: 'exited', evidence: [{detail: said}]});
	expect(host.runtime.terminals.size).toBe(0);
});

test('a restart starts it once it is there, and says again what is missing while it is not', async () => {
	const {host, bin} = await hostWithout();
	const {json} = await ask(host, 'POST', '/v1/agents', {body});
	const refused = await ask(host, 'POST', '/v1/agents/fixer/restart', {body: {}});
	expect(refused.json).toMatchObject({code: 'failed', detail: said});
	await writeFile(path.join(bin, 'codex'), '#!/bin/sh\n');
	await chmod(path.join(bin, 'codex'), 0o755);
	expect((await ask(host, 'POST', '/v1/agents/fixer/restart', {body: {}})).status).toBe(200);
	expect(host.runtime.terminals.has(json.agent.id)).toBe(true);
});

test('the next launch of that name takes its place, and an agent that did run keeps its own', async () => {
	const {host} = await hostWithout();
	await ask(host, 'POST', '/v1/agents', {body});
	await ask(host, 'POST', '/v1/agents', {body});
	const other = {agent: 'shell', name: 'fixer', command: ['cat'], cwd: '/tmp'};
	expect((await ask(host, 'POST', '/v1/agents', {body: other})).json.agent.name).toBe('fixer');
	host.runtime.exit((await ask(host, 'GET', '/v1/agents/fixer')).json.agent.id, {
		code: 0,
		signal: null,
	});
	await ask(host, 'POST', '/v1/agents', {body});
	const {agents} = (await ask(host, 'GET', '/v1/agents')).json;
	expect(agents.map(({name}: {name: string}) => name)).toEqual(['fixer', 'fixer-2']);
});

test('an ended agent whose program has gone says so in its row', async () => {
	const {host, bin} = await hostWithout();
	await writeFile(path.join(bin, 'codex'), '#!/bin/sh\n', {mode: 0o755});
	const {json} = await ask(host, 'POST', '/v1/agents', {body});
	host.runtime.exit(json.agent.id, {code: 0, signal: null});
	await rm(path.join(bin, 'codex'));
	expect((await ask(host, 'POST', '/v1/agents/fixer/restart', {body: {}})).status).toBe(422);
	expect((await ask(host, 'GET', '/v1/agents/fixer')).json.agent.exit).toMatchObject({
		code: 0,
		message: said,
	});
});
