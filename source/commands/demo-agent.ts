import {FleetError} from '../errors.ts';
import type {Command} from './command.ts';

export const demoAgent: Command = {
	name: 'demo-agent',
	summary: 'one sample agent of the demo',
	hidden: true,
	arguments: [{name: '<scene>', description: 'which one'}],
	async run({stdin, stdout, signal}, {arguments: [name = '']}) {
		const [{scenes}, {play}] = await Promise.all([
			import('./demo/scene.ts'),
			import('./demo/play.ts'),
		]);
		const scene = scenes.find(one => one.name === name);
		if (!scene) throw new FleetError('usage', `there is no scene \`${name}\``);
		return play(scene, {stdin, stdout, signal});
	},
};
