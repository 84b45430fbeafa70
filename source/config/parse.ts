import {parse, TomlError} from 'smol-toml';
import {FleetError} from '../errors.ts';
import {checkRules} from './check-rules.ts';
import {checkShape} from './check-shape.ts';
import {complaintLine, type Complaint, type LocatedComplaint} from './complaint.ts';
import type {Config} from './config.ts';
import {normalise} from './normalise.ts';
import {expandHome} from './paths.ts';

/**
 * remote.toml's text as a `Config`. Rejects with `config-invalid`, which tells of everything
 * that is wrong with its file, line, key and what was expected; `cause` is the list.
 */
export const parseConfig = async (toml: string, file: string, home: string): Promise<Config> => {
	let document: Record<string, unknown>;
	try {
		document = parse(toml, {unsafeKeyBehaviour: 'throw'});
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		const [first = ''] = error.message.split('\n');
		const reason = first.replace(/^Invalid TOML document: /, '');
		throw invalid(file, [
			{path: [], message: `not TOML: ${reason}`, line: error.line, column: error.column},
		]);
	}

	const {file: shape, complaints} = checkShape(document);
	const credentials = Object.keys((document['credential'] as object | undefined) ?? {});
	const further = checkRules(shape, {credentials}, local => expandHome(local, home));
	// What is wrong inside a table already may be why it seems incomplete.
	complaints.push(...further.filter(({path}) => !complaints.some(other => isInside(other, path))));
	if (complaints.length > 0) throw invalid(file, await place(toml, complaints));
	return normalise(file, shape, home);
};

const isInside = (complaint: Complaint, path: Complaint['path']): boolean =>
	path.every((part, index) => part === complaint.path[index]);

async function place(toml: string, complaints: readonly Complaint[]): Promise<LocatedComplaint[]> {
	// Costs 40 kB of parser: only a broken file pays for it.
	const {locate} = await import('./locate.ts');
	const positions = locate(
		toml,
		complaints.map(complaint => complaint.path),
	);
	return complaints
		.map((complaint, index) => ({...complaint, ...positions[index]!}))
		.sort((a, b) => a.line - b.line || a.column - b.column);
}

function invalid(file: string, complaints: readonly LocatedComplaint[]): FleetError {
	const lines = complaints.map(complaint => complaintLine(file, complaint));
	return new FleetError('config-invalid', lines.join('\n'), {
		hint: 'Mend the file, then try `console config check`.',
		cause: complaints,
	});
}
