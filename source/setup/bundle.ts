import {createHash} from 'node:crypto';
import {readdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {gzip} from 'node:zlib';
import {FleetError} from '../errors.ts';
import {version} from '../protocol/version.ts';
import {tar, type TarFile} from './tar.ts';

/** This program as it is sent to a host. */
export type Bundle = {
	/** Version and content: two builds of one version are two bundles. */
	id: string;
	/** A gzipped tar, made when it is needed. */
	archive(): Promise<Buffer>;
};

const compress = promisify(gzip);

/** A kind of machine that a bundle is for. */
export type Machine = {platform: string; arch: string; isMusl: boolean};

/**
 * Reads the folder that this program was built into, without the addons of other machines. Rejects with
 * `not-supported` when it runs unbuilt, or was built without the addon that this machine needs.
 */
export const readBundle = async (folder: string, machine: Machine): Promise<Bundle> => {
	const files = (await filesBelow(folder)).filter(file => isFor(machine, file.path));
	if (!files.some(file => file.path === 'cli.js')) {
		throw new FleetError(
			'not-supported',
			'this program runs from its source, which cannot be sent',
			{
				hint: 'Build it first: npm run build.',
			},
		);
	}

	const target = `${machine.platform}-${machine.arch}`;
	if (!files.some(file => file.path.includes(`/@lydell/node-pty-${target}/`))) {
		throw new FleetError(
			'not-supported',
			`this fleet-console was built without its part for ${target}`,
			{
				hint: 'Reinstall it here with the network at hand (from source: npm ci), or set up that host by npm i -g fleet-console there.',
			},
		);
	}

	const content = tar(files);
	const digest = createHash('sha256').update(content).digest('hex');
	return {
		id: `${version}-${digest.slice(0, 12)}`,
		archive: () => compress(content, {level: 6}),
	};
};

const isFor = ({platform, arch, isMusl}: Machine, file: string): boolean => {
	const [, addon] = /node_modules\/@(?:lydell\/node-pty|koromix\/koffi)-([^/]+)\//.exec(file) ?? [];
	if (addon !== undefined && addon !== `${platform}-${arch}`) return false;
	const [, libc] = /\/(linux|musl)_[^/]+\/koffi\.node$/.exec(file) ?? [];
	return libc === undefined || (libc === 'musl') === isMusl;
};

/** The host's own runtime is not part of a bundle: it is sent by itself, where it is needed. */
const filesBelow = async (root: string, below = ''): Promise<TarFile[]> => {
	const entries = await readdir(path.join(root, below), {withFileTypes: true});
	const found = await Promise.all(
		entries
			.toSorted((a, b) => (a.name < b.name ? -1 : 1))
			.map(async (entry): Promise<TarFile[]> => {
				const file = below === '' ? entry.name : `${below}/${entry.name}`;
				if (file === 'node') return [];
				if (entry.isDirectory()) return filesBelow(root, file);
				if (!entry.isFile()) return [];
				const full = path.join(root, file);
				const [data, {mode}] = await Promise.all([readFile(full), stat(full)]);
				return [{path: file, data, isExecutable: (mode & 0o100) !== 0}];
			}),
	);
	return found.flat();
};
