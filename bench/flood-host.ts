// A stand-in daemon: a snapshot of AGENTS agents, then UPDATES changes a second, for ever.
// node flood-host.ts SOCKET AGENTS UPDATES
import {createServer} from 'node:http';
import process from 'node:process';
import type {Agent} from '../source/protocol/agent.ts';

const [socket = '', agentCount = '10000', updatesPerSecond = '1000'] = process.argv.slice(2);
const startedAt = new Date().toISOString();
const states = ['working', 'blocked', 'done', 'idle'] as const;

const agents: Agent[] = Array.from({length: Number(agentCount)}, (_, index) => ({
	id: `agent${index}`,
	name: `agent-${index}`,
	role: null,
	agent: 'claude',
	command: ['claude'],
	cwd: '/srv/app',
	runtime: 'tmux',
	state: states[index % states.length]!,
	since: startedAt,
	title: `Task ${index}`,
	session: null,
	attention: null,
	pid: 1000 + index,
	exit: null,
	createdAt: startedAt,
	revision: 1,
	warning: null,
	model: null,
	usage: null,
}));

const stats = {
	load: [0, 0, 0],
	cpus: 2,
	memory: {freeBytes: 1e9, totalBytes: 2e9},
	disk: {freeBytes: 1e9, totalBytes: 2e9},
	problems: [],
	at: startedAt,
};
const info = {
	identity: 'flood',
	hostname: 'flood',
	user: 'bench',
	home: '/',
	version: '0',
	protocol: {major: 1, minor: 0},
	platform: 'linux',
	arch: 'x64',
	node: process.versions.node,
	pid: process.pid,
	startedAt,
	epoch: 'flood',
	tools: {},
	stats,
};

let sequence = 1;
createServer((request, response) => {
	response.setHeader('fleet-protocol', '1.0');
	const path = request.url?.split('?')[0];
	if (path === '/v1/events') {
		response.writeHead(200, {'content-type': 'text/event-stream'});
		response.write(
			`id: flood-${sequence}\nevent: snapshot\ndata: ${JSON.stringify({agents, actions: [], stats})}\n\n`,
		);
		let owed = 0;
		let last = performance.now();
		const timer = setInterval(() => {
			const now = performance.now();
			owed += ((now - last) / 1000) * Number(updatesPerSecond);
			last = now;
			let records = '';
			for (; owed >= 1; owed--) {
				// Half of the changes meet the rows that a screen shows.
				const index = Math.random() < 0.5 ? (sequence % 40) * 4 + 1 : sequence % agents.length;
				const agent = agents[index]!;
				agent.revision++;
				agent.title = `Task ${index}, step ${agent.revision}`;
				records += `id: flood-${++sequence}\nevent: agent.updated\ndata: ${JSON.stringify({agent})}\n\n`;
			}

			if (records) response.write(records);
		}, 5);
		request.on('close', () => clearInterval(timer));
		return;
	}

	if (path === '/v1/ping') response.writeHead(204).end();
	else if (path === '/v1/host') response.end(JSON.stringify(info));
	else if (path === '/v1/agents')
		response.end(JSON.stringify({eventId: `flood-${sequence}`, agents}));
	else response.writeHead(404).end();
}).listen(socket);
