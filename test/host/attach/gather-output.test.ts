import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {gatherOutput} from '../../../source/host/attach/gather-output.ts';

describe('a terminal’s output on its way', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	const collector = () => {
		const sent: string[] = [];
		const output = gatherOutput(bytes => sent.push(bytes.toString()));
		const push = (text: string) => output.push(Buffer.from(text));
		return {sent, output, push};
	};

	it('leaves at once after a silence, and in few pieces in a flood', () => {
		const {sent, push} = collector();
		push('a');
		expect(sent).toEqual(['a']);
		for (const text of ['b', 'c', 'd']) push(text);
		expect(sent).toEqual(['a']);
		vi.advanceTimersByTime(10);
		expect(sent).toEqual(['a', 'bcd']);
		push('e');
		expect(sent).toEqual(['a', 'bcd', 'e']);
	});

	it('goes on gathering while the flood lasts', () => {
		const {sent, push} = collector();
		for (let piece = 0; piece < 1000; piece++) {
			push('x');
			if (piece % 100 === 99) vi.advanceTimersByTime(1);
		}

		vi.advanceTimersByTime(10);
		expect(sent.join('')).toBe('x'.repeat(1000));
		expect(sent.length).toBeLessThan(8);
	});

	it('tells what waits, sends it when asked, and nothing after its end', () => {
		const {sent, output, push} = collector();
		push('a');
		push('last words');
		expect(output.waiting()).toBe(10);
		output.flush();
		expect(sent).toEqual(['a', 'last words']);
		expect(output.waiting()).toBe(0);
		push('too late');
		output.close();
		vi.advanceTimersByTime(10);
		expect(sent).toHaveLength(2);
	});
});
