import path from 'node:path';
import type {Plugin} from 'esbuild';

const readyCrypto = path.join(import.meta.dirname, '../source/transport/ssh/ready-crypto.ts');

/** Of ssh2 only the client: its server, SFTP, HTTP agents and key generator would load with every start. */
export const ssh2Client = (): Plugin => ({
	name: 'ssh2-client',
	setup({onLoad, onResolve}) {
		onResolve({filter: /^crypto$/}, ({importer}) =>
			importer.endsWith('ssh2/lib/protocol/crypto.js') ? {path: readyCrypto} : undefined,
		);
		onLoad({filter: /ssh2\/lib\/index\.js$/}, () => ({
			contents: `
				const {BaseAgent, createAgent} = require('./agent.js');
				const {parseKey} = require('./protocol/keyParser.js');
				module.exports = {BaseAgent, createAgent, Client: require('./client.js'), utils: {parseKey}};
			`,
		}));
		onLoad({filter: /ssh2\/lib\/protocol\/SFTP\.js$/}, () => ({
			contents: `exports.SFTP = class { constructor() { throw new Error('no SFTP here'); } };`,
		}));
	},
});
