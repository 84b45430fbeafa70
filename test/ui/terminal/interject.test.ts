import fc from 'fast-check';
import {expect, test} from 'vitest';
import {interject} from '../../../source/ui/terminal/interject.ts';

const ring = '\u001B]9;hi\u0007\u0007';
const pieces = [
	'plain',
	'日本é',
	'\u001B[31;1m',
	'\u001B]0;title\u0007',
	'\u001B]8;;http://x\u001B\\',
	'\u001BPq#0;1\u001B\\',
	'\u001B(B',
	'\u001B7',
	'\n',
];

test('what is said lands between two sequences and letters, wherever the stream is cut', () => {
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...pieces), {maxLength: 12}),
			fc.nat(),
			fc.nat(),
			(parts, first, second) => {
				const bytes = Buffer.from(parts.join(''));
				const cuts = [first % (bytes.length + 1), second % (bytes.length + 1)].sort(
					(a, b) => a - b,
				);
				const chunks = [
					bytes.subarray(0, cuts[0]),
					bytes.subarray(cuts[0], cuts[1]),
					bytes.subarray(cuts[1]),
				];
				const written: Buffer[] = [];
				const stdout = {write: (text: string) => written.push(Buffer.from(text)) > 0};
				const interjection = interject(stdout);
				for (const [index, chunk] of chunks.entries()) {
					written.push(chunk);
					interjection.passed(chunk);
					if (index === 0) interjection.say(ring);
				}

				const text = Buffer.concat(written).toString();
				const at = text.indexOf(ring);
				expect(text.slice(0, at) + text.slice(at + ring.length)).toBe(parts.join(''));
				const ends = parts.map((_, count) => parts.slice(0, count).join('').length);
				const isInText = /(?:plain|[日本é])/.test(parts.join(''));
				// Between two pieces, or within plain letters.
				if (!isInText) expect([...ends, parts.join('').length]).toContain(at);
				expect(text).not.toContain('\uFFFD');
			},
		),
	);
});

test('a stream that ends within a sequence is ended before anything is said', () => {
	let written = '';
	const interjection = interject({write: (text: string) => Boolean((written += text))});
	interjection.passed(Buffer.from('\u001B]0;half a tit'));
	interjection.say(ring);
	expect(written).toBe('');
	interjection.cut();
	expect(written).toBe(`\u0018${ring}`);
});
