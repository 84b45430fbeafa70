import {plainText} from '../../protocol/text.ts';

const longest = 120;

/** `wanted` as one harmless line, or with the first free number behind it: `docs`, `docs-2`. */
export const uniqueName = (wanted: string, isTaken: (name: string) => boolean): string => {
	const name = plainText(wanted, longest) || 'agent';
	if (!isTaken(name)) return name;
	for (let number = 2; ; number++) {
		const candidate = `${name.slice(0, longest - 8)}-${number}`;
		if (!isTaken(candidate)) return candidate;
	}
};
