import {readFile} from 'node:fs/promises';
import type {Plugin} from 'esbuild';

/** Yoga carries its WASM as text; decoding that itself saves the load of everything behind `fetch`. */
export const yogaWithoutFetch = (): Plugin => {
	const asks = '"function"!=typeof fetch';
	return {
		name: 'yoga-without-fetch',
		setup({onLoad}) {
			onLoad({filter: /yoga-wasm-base64-esm\.js$/}, async ({path: file}) => {
				const source = await readFile(file, 'utf8');
				if (!source.includes(asks)) throw new Error(`${file} does not ask for fetch any more`);
				return {contents: source.replace(asks, 'true')};
			});
		},
	};
};
