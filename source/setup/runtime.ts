import {createHash} from 'node:crypto';
import {createReadStream, existsSync, readdirSync} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {createGzip} from 'node:zlib';
import type {HostProbe} from './probe.ts';

/** package.json's `engines`, which the bundle is built for. */
const oldest = {major: 22, minor: 13};

/** The first runtime on the host that is new enough. */
export const fittingNode = ({nodes}: Pick<HostProbe, 'nodes'>): string | undefined =>
	nodes.find(
		({major, minor}) => major > oldest.major || (major === oldest.major && minor >= oldest.minor),
	)?.path;

/** Why this laptop's own runtime cannot serve the host; undefined when it can. */
export const runtimeMisfit = (
	{platform, arch, isMusl}: Pick<HostProbe, 'platform' | 'arch' | 'isMusl'>,
	here: {platform: string; arch: string; isMusl: boolean} = {
		platform: process.platform,
		arch: process.arch,
		isMusl: usesMusl(),
	},
): string | undefined =>
	platform === here.platform && arch === here.arch && isMusl === here.isMusl
		? undefined
		: `it is ${platform}-${arch}${isMusl ? ' with musl' : ''}, this laptop ${here.platform}-${here.arch}${here.isMusl ? ' with musl' : ''}`;

const usesMusl = (): boolean =>
	process.platform === 'linux' &&
	existsSync('/lib') &&
	readdirSync('/lib').some(name => name.startsWith('ld-musl-'));

/** This program's own runtime, compressed, with the checksum of what comes out again. */
export const readRuntime = async (
	file = process.execPath,
): Promise<{compressed: Buffer; sha256: string}> => {
	const digest = createHash('sha256');
	const chunks: Buffer[] = [];
	await pipeline(
		createReadStream(file),
		async function* (source: AsyncIterable<Buffer>) {
			for await (const chunk of source) {
				digest.update(chunk);
				yield chunk;
			}
		},
		// 120 MB: the fast level loses a tenth in size and saves most of the time.
		createGzip({level: 3}),
		async (source: AsyncIterable<Buffer>) => {
			for await (const chunk of source) chunks.push(chunk);
		},
	);
	return {compressed: Buffer.concat(chunks), sha256: digest.digest('hex')};
};
