import * as v from 'valibot';
import {FleetError} from '../../errors.ts';
import type {HostRequest} from '../http/route.ts';

/** The body as the schema has it; throws `usage` naming what is wrong with which field. */
export const parseBody = async <S extends v.GenericSchema>(
	schema: S,
	request: HostRequest,
): Promise<v.InferOutput<S>> => {
	const result = v.safeParse(schema, await request.json());
	if (result.success) return result.output;
	const [issue] = result.issues;
	const where = v.getDotPath(issue as v.BaseIssue<unknown>) ?? 'the body';
	throw new FleetError('usage', `${where}: ${issue.message}`);
};
