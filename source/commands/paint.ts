import {painter, type Paint} from '../ui/present/paint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Coloured only on a terminal; https://no-color.org and https://force-color.org overrule. */
export const hasColour = (
	stream: {isTTY?: boolean | undefined},
	env: Environment = process.env,
): boolean => {
	if (env['NO_COLOR']) return false;
	const forced = env['FORCE_COLOR'];
	if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
	return stream.isTTY === true && env['TERM'] !== 'dumb';
};

/** How a command colours what it prints there; without colour it prints plain text. */
export const paintFor = (stream: {isTTY?: boolean | undefined}): Paint =>
	hasColour(stream) ? painter(true) : segments => segments.map(([text]) => text).join('');
