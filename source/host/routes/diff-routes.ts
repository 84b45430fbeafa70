import path from 'node:path';
import {FleetError} from '../../errors.ts';
import {workTreeDiff} from '../diff/work-tree-diff.ts';
import type {Answer, HostRequest, Route} from '../http/route.ts';

/** What changed in a work tree: JSON with the patch, or the patch alone as text. */
const answer = async (file: string, {headers, signal}: HostRequest): Promise<Answer> => {
	if (!path.isAbsolute(file) || file.includes('\0')) {
		throw new FleetError('usage', 'the path must be absolute');
	}

	const found = await workTreeDiff(file, signal);
	return (headers.accept ?? '').includes('text/plain')
		? {status: 200, text: found.patch}
		: {status: 200, json: {path: file, ...found}};
};

export const diffRoutes: readonly Route[] = [
	{
		method: 'GET',
		path: '/v1/agents/:agent/diff',
		handle(request, host) {
			const agent = host.registry.find(request.parameters['agent']!);
			return answer(request.query.get('path') ?? agent.cwd, request);
		},
	},
	{
		method: 'GET',
		path: '/v1/diff',
		handle: request => answer(request.query.get('path') ?? '', request),
	},
];
