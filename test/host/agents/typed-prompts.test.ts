import {expect, onTestFinished, test, vi} from 'vitest';
import {ask, launch, startHost} from '../host-harness.ts';

const prepare = async () => {
	vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout', 'Date']});
	onTestFinished(() => void vi.useRealTimers());
	const host = await startHost();
	const {id} = await launch(host, {prompt: 'Read PLAN.md and start.'});
	const terminal = host.runtime.terminal(id);
	return {host, id, terminal, activity: () => host.runtime.emit({kind: 'activity', id})};
};

test('a prompt is typed once the program has drawn itself and pauses', async () => {
	const {terminal, activity} = await prepare();
	await vi.advanceTimersByTimeAsync(3000);
	expect(terminal.typed).toBe('');
	for (let second = 0; second < 3; second++) {
		activity();
		await vi.advanceTimersByTimeAsync(1000);
	}

	expect(terminal.typed).toBe('');
	await vi.advanceTimersByTimeAsync(1000);
	expect(terminal.typed).toBe('Read PLAN.md and start.\r');
	activity();
	await vi.advanceTimersByTimeAsync(5000);
	expect(terminal.typed).toBe('Read PLAN.md and start.\r');
});

test('a program that never pauses gets its prompt all the same', async () => {
	const {terminal, activity} = await prepare();
	for (let second = 0; second < 20; second++) {
		activity();
		await vi.advanceTimersByTimeAsync(1000);
	}

	expect(terminal.typed).toBe('Read PLAN.md and start.\r');
});

test('nothing is typed into what has ended', async () => {
	const {host, id, terminal, activity} = await prepare();
	activity();
	host.runtime.exit(id, {code: 1, signal: null});
	await vi.advanceTimersByTimeAsync(5000);
	expect(terminal.typed).toBe('');
	vi.useRealTimers();
	expect((await ask(host, 'GET', `/v1/agents/${id}`)).json.agent.state).toBe('exited');
});
