import type {Command} from './command.ts';
import type {Shell} from './completion/scripts.ts';

export const completion: Command = {
	name: 'completion',
	group: 'laptop',
	summary: 'prints what makes a shell complete commands, flags and names',
	arguments: [{name: '<shell>', description: 'which', choices: ['bash', 'zsh', 'fish']}],
	examples: [
		['eval "$(console completion bash)"', 'in ~/.bashrc'],
		['eval "$(console completion zsh)"', 'in ~/.zshrc, behind compinit'],
		['console completion fish | source', 'in ~/.config/fish/config.fish'],
	],
	async run(context, {arguments: [shell]}) {
		const {scripts} = await import('./completion/scripts.ts');
		context.stdout.write(scripts[shell as Shell]);
		return 0;
	},
};
