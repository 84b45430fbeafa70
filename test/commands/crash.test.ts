import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {traceOf} from '../../source/commands/crash.ts';
import {Secret} from '../../source/credentials/secret.ts';
import {FleetError} from '../../source/errors.ts';

const root = path.join(import.meta.dirname, '../../source');

/** A program that knows a secret and comes to a bad end. */
const die = (how: string) =>
	spawnSync(
		process.execPath,
		[
			'--input-type=module',
			'-e',
			`import {Secret} from '${root}/credentials/secret.ts';
			import {reportCrashes} from '${root}/commands/crash.ts';
			const secret = new Secret('hunter2-hunter2', 'github');
			const end = reportCrashes();
			const value = secret.reveal();
			setTimeout(() => { ${how} });`,
		],
		{encoding: 'utf8'},
	);

describe('what a crash says', () => {
	test.each([
		['an exception', 'throw new Error("no " + value);'],
		['a rejection', 'Promise.reject(new Error("no " + value));'],
		['a cause', 'throw new Error("x", {cause: new Error(value)});'],
		[
			'a property',
			'throw Object.assign(new Error("x"), {request: {headers: {authorization: value}}});',
		],
		['no error at all', 'throw {body: JSON.stringify({value})};'],
		['the program itself', 'throw "hunter2-hunter2";'],
	])('has no secret of %s', (_, how) => {
		const {status, stdout, stderr} = die(how);
		expect(status).toBe(1);
		expect(stderr).toMatch(/^console: this is a bug in fleet-console \d/);
		expect(stderr).toContain('[secret github]');
		expect(stdout + stderr).not.toContain('hunter2');
	});

	test('is its first error alone, and its end is 1 though the command comes to another', () => {
		const {status, stderr} = die(
			`end(); reportCrashes();
			setTimeout(() => { throw new Error("second " + value); });
			import('${root}/commands/leave.ts').then(({leave}) => leave(0));
			throw new Error("first " + value);`,
		);
		expect(status).toBe(1);
		expect(stderr.match(/this is a bug/g)).toHaveLength(1);
		expect(stderr).toContain('first [secret github]');
		expect(stderr).not.toContain('second');
	});

	test('is left to whoever else listens', () => {
		const {status, stdout, stderr} = die(
			'process.on("uncaughtException", () => console.log("mine")); throw new Error("x");',
		);
		expect([status, stdout, stderr]).toEqual([0, 'mine\n', '']);
	});
});

test('a trace has all causes, and no line of a secret with several', () => {
	const key = new Secret('-----BEGIN-----\nMIIEvAIBADANBgkq\n\'it"s\\n\u0007 quoted here\n', 'pem');
	const cause = new Error(`sent ${key.reveal()}`);
	const text = traceOf(new FleetError('failed', 'outer', {cause: new Error('middle', {cause})}));
	expect(text).toContain('outer');
	expect(text).toContain('middle');
	expect(text).not.toMatch(/MIIEvA|quoted here/);
	expect(traceOf({key: key.reveal()})).not.toMatch(/MIIEvA|quoted here/);
});
