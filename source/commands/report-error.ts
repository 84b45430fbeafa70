import {redactSecrets} from '../credentials/secret.ts';
import type {FleetError} from '../errors.ts';
import {jsonLine} from './json-line.ts';

type Output = {stdout: {write(text: string): unknown}; stderr: {write(text: string): unknown}};

/** One line that says what, one that says what to do; with `--json` the contract's object on stdout. */
export const reportError = (error: FleetError, json: boolean, {stdout, stderr}: Output): void => {
	// Whoever interrupts knows it.
	if (error.code === 'interrupted') return;
	if (json) {
		stdout.write(redactSecrets(`${jsonLine({error: error.toJSON()})}\n`));
		return;
	}

	stderr.write(redactSecrets(`console: ${error.message}\n`));
	if (error.hint !== undefined) stderr.write(redactSecrets(`  ${error.hint}\n`));
};
