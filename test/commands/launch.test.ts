import {expect, test} from 'vitest';
import {planLaunch} from '../../source/commands/launch.ts';
import type {RoleConfig} from '../../source/config/config.ts';
import {FleetError} from '../../source/errors.ts';

const role = (name: string, parts: Partial<RoleConfig>): RoleConfig => ({
	name,
	agent: null,
	command: null,
	args: [],
	cwd: null,
	prompt: null,
	credentials: [],
	env: {},
	notify: true,
	...parts,
});

const roles = {
	architect: role('architect', {
		agent: 'claude',
		args: ['--model', 'opus'],
		cwd: '~/app',
		prompt: 'Start.',
		credentials: ['github'],
		env: {EDITOR: 'vi'},
	}),
	mine: role('mine', {command: ['my-agent', '--flag']}),
	claude: role('claude', {agent: 'codex'}),
};
const plan = (wish: Parameters<typeof planLaunch>[0], isLocal = false) =>
	planLaunch(wish, {roles}, {isLocal, here: '/here'});

test('a role brings its kind, arguments, folder, prompt, environment and credentials', () => {
	expect(plan({what: 'architect', rest: ['-x'], credentials: ['npm', 'github']})).toEqual({
		request: {
			agent: 'claude',
			args: ['--model', 'opus', '-x'],
			role: 'architect',
			name: null,
			cwd: '~/app',
			prompt: 'Start.',
			env: {EDITOR: 'vi'},
		},
		credentials: ['github', 'npm'],
	});
});

test('what the command line says is stronger than the role', () => {
	expect(plan({what: 'architect', cwd: '/x', prompt: 'Other.', name: 'n'}).request).toMatchObject({
		cwd: '/x',
		prompt: 'Other.',
		name: 'n',
	});
});

test('a role with a command of its own is a shell that runs it', () => {
	expect(plan({what: 'mine', rest: ['more']}).request).toMatchObject({
		agent: 'shell',
		command: ['my-agent', '--flag', 'more'],
	});
});

test('for a shell, what follows the dashes is the command', () => {
	expect(plan({what: 'shell', rest: ['ls', '-l']}).request).toMatchObject({
		agent: 'shell',
		command: ['ls', '-l'],
	});
	expect(plan({what: 'shell'}).request).toMatchObject({agent: 'shell', args: []});
});

test('a role hides a kind of its name, unless the kind is asked for', () => {
	expect(plan({what: 'claude'}).request).toMatchObject({agent: 'codex', role: 'claude'});
	expect(plan({what: 'claude', kind: 'agent'}).request).toMatchObject({
		agent: 'claude',
		role: null,
	});
});

test('on this machine a folder begins here; on another only that host knows', () => {
	expect(plan({what: 'shell'}, true).request.cwd).toBe('/here');
	expect(plan({what: 'shell', cwd: 'sub'}, true).request.cwd).toBe('/here/sub');
	expect(plan({what: 'shell', cwd: '~/x'}, true).request.cwd).toBe('~/x');
	expect(plan({what: 'shell', cwd: 'sub'}).request.cwd).toBe('sub');
	expect(plan({what: 'shell'}).request.cwd).toBeNull();
});

test('what is unknown is told with everything that is known', () => {
	try {
		plan({what: 'architekt'});
		expect.unreachable();
	} catch (error) {
		expect(error).toBeInstanceOf(FleetError);
		expect(error).toMatchObject({code: 'no-such-role', exitCode: 4});
		expect((error as FleetError).hint).toContain('`architect`');
		expect((error as FleetError).hint).toContain('mine');
		expect((error as FleetError).hint).toContain('gemini');
	}
});
