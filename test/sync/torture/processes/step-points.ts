// Loaded into the real console and the real daemon before anything else (`--import`): each call of
// theirs that touches a tree or ends a transaction is a step, at which a test may hold them, act
// as a user, cut the link, or kill them. Nothing of it is in the program itself.
import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';
import process from 'node:process';
import {DatabaseSync} from 'node:sqlite';
import {isMainThread, workerData} from 'node:worker_threads';
import {metFile, goFile, scriptFile, type Script} from './rendezvous.ts';

const folder = process.env['TORTURE_FOLDER'] ?? '';
const own = process.env['TORTURE_PROCESS'];
const isEndpoint =
	!isMainThread && typeof (workerData as {side?: unknown} | null)?.side === 'string';
const place = isEndpoint ? own : own === 'console' && isMainThread ? 'engine' : undefined;
const longestWaitMs = 20_000;

const {existsSync, readFileSync, renameSync, writeFileSync} = fs;
const cell = new Int32Array(new SharedArrayBuffer(4));
let round = -1;
let count = 0;
let isInside = false;

const pass = (name: string): void => {
	if (isInside) return;
	isInside = true;
	try {
		const script = JSON.parse(readFileSync(scriptFile(folder, place!), 'utf8')) as Script;
		if (script.round !== round) count = 0;
		({round} = script);
		const step = count++;
		const met = metFile(folder, place!, round, step);
		if (!script.steps.includes(step) || existsSync(met)) return;
		writeFileSync(`${met}.new`, JSON.stringify({pid: process.pid, name}));
		renameSync(`${met}.new`, met);
		const deadline = Date.now() + longestWaitMs;
		while (!existsSync(goFile(met)) && Date.now() < deadline) Atomics.wait(cell, 0, 0, 1);
	} catch {
		// No script: nothing is to happen now.
	} finally {
		isInside = false;
	}
};

if (place !== undefined) {
	if (isEndpoint) {
		const names = [
			'openSync',
			'readdirSync',
			'mkdirSync',
			'rmdirSync',
			'unlinkSync',
			'chmodSync',
			'symlinkSync',
			'renameSync',
			'linkSync',
		] as const;
		for (const name of names) {
			const real = fs[name] as (...parts: unknown[]) => unknown;
			(fs as unknown as Record<string, unknown>)[name] = (...parts: unknown[]) => {
				pass(name);
				const result = real(...parts);
				if (name === 'renameSync') pass('after renameSync');
				return result;
			};
		}

		syncBuiltinESMExports();
	}

	const exec = DatabaseSync.prototype.exec;
	DatabaseSync.prototype.exec = function (sql: string) {
		if (sql === 'COMMIT') pass('COMMIT');
		exec.call(this, sql);
		if (sql === 'COMMIT') pass('after COMMIT');
	};
}
