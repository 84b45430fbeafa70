import process from 'node:process';

/** Words before a command that take root's right to pass over permissions; none where nobody is root. */
export const withoutPrivilege = (): string[] =>
	process.getuid?.() === 0
		? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--']
		: [];
