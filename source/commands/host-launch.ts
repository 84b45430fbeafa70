import {hostSocket} from '../config/paths.ts';
import {FleetError} from '../errors.ts';
import type {Command} from './command.ts';

/** The inner end of the launcher in an agent's terminal: prints, for its shell alone, what to become. */
export const hostLaunch: Command = {
	name: 'host launch',
	summary: 'Trades a one-time ticket for the command that an agent’s terminal starts',
	hidden: true,
	arguments: [{name: '<ticket>', description: 'the ticket'}],
	async run(context, input) {
		const [ticket] = input.arguments;
		if (ticket === undefined) throw new FleetError('usage', 'a ticket is needed');
		const {tradeTicket} = await import('../host/launcher/trade-ticket.ts');
		const {shellProgram} = await import('../host/launcher/shell-program.ts');
		const command = await tradeTicket(ticket, hostSocket());
		context.stdout.write(shellProgram(command, process.env));
		return 0;
	},
};
