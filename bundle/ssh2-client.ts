import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Plugin} from 'esbuild';

const ours = (name: string) => path.join(import.meta.dirname, '../source/transport/ssh', name);

/** What ssh2 asks of Node, by the file that asks. */
const inPlaceOf: Record<string, string> = {
	'crypto.js crypto': ours('ready-crypto.ts'),
	'zlib.js zlib': ours('late-zlib.ts'),
};

/**
 * Of ssh2 only the client: its server, SFTP, HTTP agents and key generator would load with every start.
 * What it does at every login and nobody asks for is left out, too: it tries whether Node knows Ed25519,
 * makes a decompressor, and has the host prove keys that it was not asked for.
 */
export const ssh2Client = (): Plugin => ({
	name: 'ssh2-client',
	setup({onLoad, onResolve}) {
		onResolve({filter: /^(crypto|zlib)$/}, ({path: builtin, importer}) => {
			const [folder, file] = [path.dirname(importer), path.basename(importer)];
			const replacement = inPlaceOf[`${file} ${builtin}`];
			return folder.endsWith('ssh2/lib/protocol') && replacement ? {path: replacement} : undefined;
		});
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
		onLoad({filter: /ssh2\/lib\/protocol\/constants\.js$/}, async ({path: file}) => ({
			// Every Node that this runs on has it, unless its OpenSSL is held to FIPS 140.
			contents: await edited(
				file,
				'eddsaSupported = (() => {',
				'eddsaSupported = !crypto.getFips() || (() => {',
			),
		}));
		onLoad({filter: /ssh2\/lib\/(client|protocol\/handlers\.misc)\.js$/}, async ({path: file}) => ({
			contents: await edited(file, "case 'hostkeys-00@openssh.com'", "case 'hostkeys: unasked'"),
		}));
	},
});

/** Fails the build where a new release of ssh2 reads otherwise. */
const edited = async (file: string, from: string, to: string): Promise<string> => {
	const text = await readFile(file, 'utf8');
	if (text.split(from).length !== 2) throw new Error(`${file} has not one "${from}"`);
	return text.replace(from, to);
};
