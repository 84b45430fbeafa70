import {expect, test} from 'vitest';
import {Tickets} from '../../../source/host/launcher/tickets.ts';

const command = {argv: ['cat'], env: {}, cwd: '/'};

test('a ticket is worth its command once', () => {
	const tickets = new Tickets();
	const ticket = tickets.issue(command);
	expect(tickets.redeem(ticket)).toBe(command);
	expect(tickets.redeem(ticket)).toBe(null);
});

test('drained waits for every launcher that is on its way, and for none that gave up', async () => {
	const tickets = new Tickets({ttlMs: 50});
	await tickets.drained();
	const first = tickets.issue(command);
	tickets.issue(command);
	let isDrained = false;
	const drained = tickets.drained().then(() => {
		isDrained = true;
	});
	tickets.redeem(first);
	await Promise.resolve();
	expect(isDrained).toBe(false);
	await drained;
});
