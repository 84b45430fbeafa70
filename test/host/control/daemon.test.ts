import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {expect, onTestFinished, test, vi} from 'vitest';
import {hostSocket} from '../../../source/config/paths.ts';
import {ensureDaemon} from '../../../source/host/control/ensure-daemon.ts';
import {findDaemon} from '../../../source/host/control/find-daemon.ts';
import {readStatus} from '../../../source/host/control/read-status.ts';
import {stopDaemon} from '../../../source/host/control/stop-daemon.ts';
import {ownProtocol, protocolHeader} from '../../../source/host/http/check-protocol.ts';
import {claimState} from '../../../source/host/state/claim-state.ts';
import {ask, stateFolder} from '../host-harness.ts';

const command = [process.execPath, path.join(import.meta.dirname, 'fake-daemon.ts')];
const signal = new AbortController().signal;

/** A folder whose daemon, whichever process it is by then, ends with the test. */
const folder = async (): Promise<string> => {
	const state = await stateFolder();
	onTestFinished(async () => {
		const running = await findDaemon(hostSocket(state)).catch(() => null);
		if (running && running.pid !== process.pid) process.kill(running.pid, 'SIGKILL');
	});
	return state;
};

const ensure = (state: string) => ensureDaemon({stateFolder: state, command, signal});

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		// An orphan that ended stays a zombie until somebody waits for it.
		return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
};

test('ten starts at once make one daemon, and all learn of it', async () => {
	const state = await folder();
	const lines = await Promise.all(Array.from({length: 10}, () => ensure(state)));
	expect(new Set(lines.map(({pid}) => pid)).size).toBe(1);
	expect(lines.filter(({started}) => started)).toHaveLength(1);
	expect((await findDaemon(hostSocket(state)))?.pid).toBe(lines[0]!.pid);
});

test('a daemon that runs is found and not started again', async () => {
	const state = await folder();
	const first = await ensure(state);
	expect(first).toMatchObject({started: true, protocol: {major: 1}, socket: hostSocket(state)});
	expect(await ensure(state)).toEqual({...first, started: false});
	const status = await readStatus(state, signal);
	expect(status).toMatchObject({running: true, pid: first.pid, agents: {}, problems: []});
	expect(statSync(status.log).mode & 0o777).toBe(0o600);
});

test('the socket of a daemon that was killed is replaced, and its claim is free', async () => {
	const state = await folder();
	const first = await ensure(state);
	process.kill(first.pid, 'SIGKILL');
	await vi.waitFor(() => expect(isAlive(first.pid)).toBe(false), {timeout: 5000});
	expect(existsSync(hostSocket(state))).toBe(true);
	const second = await ensure(state);
	expect(second.started).toBe(true);
	expect(second.pid).not.toBe(first.pid);
});

test('stop ends the daemon and says whether there was one', async () => {
	const state = await folder();
	expect(await stopDaemon({stateFolder: state, agents: false, signal})).toBe(false);
	const {pid} = await ensure(state);
	expect(await stopDaemon({stateFolder: state, agents: false, signal})).toBe(true);
	await vi.waitFor(() => expect(isAlive(pid)).toBe(false), {timeout: 5000});
	expect(existsSync(hostSocket(state))).toBe(false);
	expect((await readStatus(state, signal)).running).toBe(false);
});

test('one that is only beginning is told to end once it listens, and not waited for in vain', async () => {
	const state = await folder();
	mkdirSync(path.join(state, 'run'), {recursive: true, mode: 0o700});
	const claim = claimState(state)!;
	const stopping = stopDaemon({stateFolder: state, agents: false, signal});
	// By then it has asked, and found nobody.
	for (let turn = 0; turn < 20; turn++) await nextTurn();
	const told: string[] = [];
	const server = http.createServer((request, response) => {
		told.push(`${request.method} ${request.url}`);
		response.writeHead(202, {[protocolHeader]: ownProtocol, 'content-type': 'application/json'});
		response.end('{}', () => claim.release());
	});
	onTestFinished(() => void server.close());
	server.listen(hostSocket(state));
	expect(await stopping).toBe(true);
	expect(told).toEqual(['POST /v1/host/stop']);
});

test('a daemon of another protocol is left alone', async () => {
	const state = await folder();
	mkdirSync(path.join(state, 'run'), {recursive: true, mode: 0o700});
	chmodSync(state, 0o700);
	const server = http.createServer((_request, response) => {
		response.setHeader('fleet-protocol', '2.0');
		response.statusCode = 426;
		response.end();
	});
	server.listen(hostSocket(state));
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	await expect(ensure(state)).rejects.toMatchObject({code: 'protocol-mismatch', exitCode: 6});
	expect((await ask({socket: hostSocket(state)}, 'GET', '/')).status).toBe(426);
});

test('what keeps a daemon from starting reaches whoever asked for it', async () => {
	const state = await folder();
	mkdirSync(path.join(state, 'run', 'host.lock'), {recursive: true, mode: 0o700});
	chmodSync(state, 0o700);
	await expect(ensure(state)).rejects.toMatchObject({code: 'state-dir-unusable'});
});

test('folders that cannot be trusted or hold no socket are refused, naming the way out', async () => {
	const state = await stateFolder();
	const refused = {code: 'state-dir-unusable', hint: expect.stringContaining('FLEET_STATE_DIR')};
	await expect(ensure(path.join(state, 'x'.repeat(100)))).rejects.toMatchObject(refused);
	mkdirSync(state, {recursive: true});
	chmodSync(state, 0o777);
	await expect(ensure(state)).rejects.toMatchObject(refused);
	chmodSync(state, 0o755);
	writeFileSync(path.join(state, 'mine.txt'), '');
	await expect(ensure(state)).rejects.toMatchObject(refused);
	expect(statSync(state).mode & 0o777).toBe(0o755);
	await expect(ensure('/proc/nothing')).rejects.toMatchObject(refused);
});

test('a claim dies with its process, however that ends', async () => {
	const state = await folder();
	const child = spawn(command[0]!, command.slice(1), {
		env: {...process.env, FLEET_STATE_DIR: state},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	await once(child.stdout, 'data');
	child.kill('SIGKILL');
	await once(child, 'exit');
	expect((await ensure(state)).started).toBe(true);
});
