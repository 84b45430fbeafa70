import * as v from 'valibot';

/** A list without those that cannot be believed: the rest of a fleet is worth showing. */
export const eachThatFits = <S extends v.GenericSchema>(schema: S) =>
	v.pipe(
		v.array(v.unknown()),
		v.transform(items =>
			items.flatMap((item): Array<v.InferOutput<S>> => {
				const {success, output} = v.safeParse(schema, item);
				return success ? [output] : [];
			}),
		),
	);
