import {
  type AnyBulkWriteOperation,
  Binary,
  type ClientSession,
  type Collection,
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';

/** What one row of the table works on: an empty collection that does not exist yet. */
export interface Target {
  readonly uri: string;
  readonly client: MongoClient;
  readonly db: Db;
  readonly collection: Collection<Row>;
}

/** Documents of the table have ids of several types. */
export interface Row extends Document {
  _id: string | number | ObjectId | Long | Int32;
}

/** One driver call: what it answers, or the code (and fields) of the error it ends with. */
export interface DriverCall {
  readonly name: string;
  readonly call: (target: Target) => Promise<unknown>;
  readonly answers?: unknown;
  readonly fails?: {
    readonly code: number;
    readonly message?: RegExp;
    readonly fields?: Readonly<Record<string, unknown>>;
  };
}

const id = new ObjectId('65a1b2c3d4e5f60718293a4b');
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));
const strip = (documents: readonly Pick<Row, '_id'>[]): unknown[] => documents.map((document) => document._id);

async function ids({ collection }: Target, filter: Document): Promise<unknown[]> {
  return strip(await collection.find(filter).sort({ _id: 1 }).toArray());
}

async function seeded(target: Target, documents: readonly Row[]): Promise<Collection<Row>> {
  await target.collection.insertMany([...documents]);
  return target.collection;
}

const people = [
  { _id: 1, name: '가나', age: 30, tags: ['a', 'b'], address: { city: 'Seoul' } },
  { _id: 2, name: 'Bob', age: 20, tags: ['b'], address: { city: 'Busan' } },
  { _id: 3, name: 'Carl', age: 40, tags: [] },
  { _id: 4, name: 'Dora', age: null },
];

/** Runs an update on one document and answers the document after it. */
function updated(before: Row, update: Document, options: Document = {}): (target: Target) => Promise<unknown> {
  return async (target) => {
    const collection = await seeded(target, [before]);
    await collection.updateOne({ _id: before._id }, update, options);
    return collection.findOne({ _id: before._id });
  };
}

/** Finds ids among the people. */
function found(filter: Document): (target: Target) => Promise<unknown> {
  return async (target) => {
    await seeded(target, people);
    return ids(target, filter);
  };
}

/** Runs with a session no other row used: a client of its own, since the driver reuses sessions and their numbers. */
async function withSession<T>({ uri, db }: Target, run: (session: ClientSession, db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri);
  try {
    return await client.withSession((session) => run(session, client.db(db.databaseName)));
  } finally {
    await client.close();
  }
}

const handshake: DriverCall[] = [
  { name: 'ping answers ok', call: async ({ db }) => (await db.command({ ping: 1 })).ok, answers: 1 },
  {
    name: 'hello names a writable primary',
    call: async ({ db }) => (await db.command({ hello: 1 })).isWritablePrimary,
    answers: true,
  },
  {
    name: 'buildInfo has a version',
    call: async ({ db }) => typeof (await db.command({ buildInfo: 1 })).version,
    answers: 'string',
  },
  {
    name: 'an unknown command is refused',
    call: ({ db }) => db.command({ noSuchThing: 1 }),
    fails: { code: 59, message: /noSuchThing/ },
  },
  {
    name: 'an unknown field of a command is refused',
    call: ({ db, collection }) => db.command({ find: collection.collectionName, noSuchOption: 1 }),
    fails: { code: 40415, message: /noSuchOption/ },
  },
];

const inserts: DriverCall[] = [
  {
    name: 'insertOne acknowledges with the id',
    call: async ({ collection }) => collection.insertOne({ _id: 'x' }, { writeConcern: { w: 'majority', j: true } }),
    answers: { acknowledged: true, insertedId: 'x' },
  },
  {
    name: 'a second insert of an id is a duplicate of the _id index',
    call: async (target) => (await seeded(target, [{ _id: 'x' }])).insertOne({ _id: 'x' }),
    fails: {
      code: 11000,
      message: /E11000 duplicate key error collection: .+ index: _id_ dup key: \{ _id: "x" \}/,
      fields: { keyPattern: { _id: 1 }, keyValue: { _id: 'x' } },
    },
  },
  {
    name: 'an ordered insertMany stops at the first duplicate',
    call: async (target) => {
      await target.collection.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }]).catch(() => undefined);
      return ids(target, {});
    },
    answers: [1],
  },
  {
    name: 'an unordered insertMany goes on after a duplicate',
    call: async (target) => {
      await target.collection
        .insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }], { ordered: false })
        .catch(() => undefined);
      return ids(target, {});
    },
    answers: [1, 2],
  },
  {
    name: 'the same number in another type is the same _id',
    call: async (target) => (await seeded(target, [{ _id: new Int32(1) }])).insertOne({ _id: Long.fromNumber(1) }),
    fails: { code: 11000 },
  },
  {
    name: 'an array is no _id',
    call: ({ collection }) => collection.insertOne({ _id: [1] } as never),
    fails: { code: 53 },
  },
  {
    name: 'every type comes back as it was sent',
    call: async ({ collection }) => {
      await collection.insertOne({
        _id: id,
        int: new Int32(1),
        whole: new Double(1),
        double: new Double(1.5),
        long: Long.fromString('9007199254740993'),
        small: Long.fromNumber(2),
        decimal: Decimal128.fromString('1.10'),
        date: day(1),
        uuid: new UUID('0197a1b2-c3d4-7e5f-8071-829304a5b6c7'),
        binary: new Binary(Buffer.from([1, 2, 3]), 128),
        timestamp: new Timestamp({ t: 1, i: 2 }),
        nothing: null,
        nested: { deep: [{ n: new Double(2) }] },
        least: new MinKey(),
        most: new MaxKey(),
        regex: /a+/i,
      });
      return collection.findOne({ _id: id }, { promoteValues: false });
    },
    answers: {
      _id: id,
      int: new Int32(1),
      whole: new Double(1),
      double: new Double(1.5),
      long: Long.fromString('9007199254740993'),
      small: Long.fromNumber(2),
      decimal: Decimal128.fromString('1.10'),
      date: day(1),
      uuid: new UUID('0197a1b2-c3d4-7e5f-8071-829304a5b6c7'),
      binary: new Binary(Buffer.from([1, 2, 3]), 128),
      timestamp: new Timestamp({ t: 1, i: 2 }),
      nothing: null,
      nested: { deep: [{ n: new Double(2) }] },
      least: new MinKey(),
      most: new MaxKey(),
      regex: /a+/i,
    },
  },
];

const queries: DriverCall[] = [
  { name: 'equality', call: found({ name: 'Bob' }), answers: [2] },
  { name: 'equality on a dotted path', call: found({ 'address.city': 'Seoul' }), answers: [1] },
  { name: 'equality with an element of an array', call: found({ tags: 'b' }), answers: [1, 2] },
  { name: 'equality with a whole array', call: found({ tags: ['a', 'b'] }), answers: [1] },
  { name: 'equality with an embedded document', call: found({ address: { city: 'Busan' } }), answers: [2] },
  { name: 'null matches null and missing fields', call: found({ age: null }), answers: [4] },
  { name: 'null matches a missing path', call: found({ 'address.city': null }), answers: [3, 4] },
  { name: 'ranges only meet their own type', call: found({ age: { $gte: 20, $lt: 40 } }), answers: [1, 2] },
  { name: '$in and $nin', call: found({ name: { $in: ['Bob', 'Carl'] }, age: { $nin: [40] } }), answers: [2] },
  { name: '$ne matches where the field is missing', call: found({ tags: { $ne: 'a' } }), answers: [2, 3, 4] },
  {
    name: '$or, $and and $nor',
    call: found({ $or: [{ age: 20 }, { age: 30 }], $and: [{ tags: 'b' }], $nor: [{ name: 'Bob' }] }),
    answers: [1],
  },
  { name: '$exists', call: found({ tags: { $exists: false } }), answers: [4] },
  { name: '$type by alias', call: found({ age: { $type: 'number' } }), answers: [1, 2, 3] },
  { name: '$regex with options', call: found({ name: { $regex: '^b', $options: 'i' } }), answers: [2] },
  { name: 'a regular expression as a value', call: found({ name: /나$/ }), answers: [1] },
  { name: '$not', call: found({ age: { $not: { $gt: 25 } } }), answers: [2, 4] },
  { name: '$size', call: found({ tags: { $size: 2 } }), answers: [1] },
  { name: '$all', call: found({ tags: { $all: ['a', 'b'] } }), answers: [1] },
  { name: '$all of a scalar field', call: found({ name: { $all: ['Bob'] } }), answers: [2] },
  { name: '$mod', call: found({ age: { $mod: [20, 0] } }), answers: [2, 3] },
  { name: '$elemMatch on scalars', call: found({ tags: { $elemMatch: { $gt: 'a', $lt: 'c' } } }), answers: [1, 2] },
  { name: '$expr compares fields', call: found({ $expr: { $gt: ['$age', 25] } }), answers: [1, 3] },
  {
    name: '$elemMatch on documents needs one element to match whole',
    call: async (target) => {
      await seeded(target, [
        {
          _id: 1,
          items: [
            { sku: 'a', n: 1 },
            { sku: 'b', n: 5 },
          ],
        },
        { _id: 2, items: [{ sku: 'a', n: 5 }] },
      ]);
      return [
        await ids(target, { items: { $elemMatch: { sku: 'a', n: 5 } } }),
        await ids(target, { 'items.sku': 'a', 'items.n': 5 }),
      ];
    },
    answers: [[2], [1, 2]],
  },
  {
    name: 'longs beyond 2^53 are told apart',
    call: async (target) => {
      await seeded(target, [
        { _id: 1, n: Long.fromString('9007199254740992') },
        { _id: 2, n: Long.fromString('9007199254740993') },
      ]);
      return ids(target, { n: { $gt: Long.fromString('9007199254740992') } });
    },
    answers: [2],
  },
  {
    name: 'an unknown operator is refused',
    call: ({ collection }) => collection.findOne({ a: { $noSuch: 1 } }),
    fails: { code: 2, message: /\$noSuch/ },
  },
  {
    name: 'an unknown top level operator is refused',
    call: ({ collection }) => collection.findOne({ $noSuch: [] }),
    fails: { code: 2, message: /\$noSuch/ },
  },
  {
    name: '$in needs an array',
    call: ({ collection }) => collection.findOne({ a: { $in: 1 } } as never),
    fails: { code: 2, message: /\$in needs an array/ },
  },
  { name: '$or must not be empty', call: ({ collection }) => collection.findOne({ $or: [] }), fails: { code: 2 } },
];

const shapes: DriverCall[] = [
  {
    name: 'sort, skip and limit',
    call: async (target) =>
      strip(await (await seeded(target, people)).find().sort({ age: -1 }).skip(1).limit(2).toArray()),
    answers: [1, 2],
  },
  {
    name: 'types sort in BSON order',
    call: async (target) => {
      const values = [
        'a',
        5,
        null,
        { a: 1 },
        [3],
        true,
        day(1),
        id,
        new Binary(Buffer.from('x')),
        Decimal128.fromString('4.5'),
        new MaxKey(),
        new MinKey(),
        Long.fromNumber(6),
      ];
      const collection = await seeded(
        target,
        values.map((v, i) => ({ _id: i, v })),
      );
      return strip(await collection.find().sort({ v: 1, _id: 1 }).toArray());
    },
    // MinKey, null, numbers (the array sorts by its least element 3), string, document, binary, ObjectId, boolean, date, MaxKey
    answers: [11, 2, 4, 9, 1, 12, 0, 3, 8, 7, 5, 6, 10],
  },
  {
    name: 'strings sort by UTF-8 bytes',
    call: async (target) =>
      strip(
        await (
          await seeded(target, [
            { _id: 1, v: '\u{1F600}' },
            { _id: 2, v: '\uFF5E' },
            { _id: 3, v: 'Z' },
            { _id: 4, v: 'a' },
          ])
        )
          .find()
          .sort({ v: 1 })
          .toArray(),
      ),
    answers: [3, 4, 2, 1],
  },
  {
    name: 'inclusion',
    call: async (target) =>
      (await seeded(target, people)).findOne({ _id: 1 }, { projection: { name: 1, 'address.city': 1 } }),
    answers: { _id: 1, name: '가나', address: { city: 'Seoul' } },
  },
  {
    name: 'inclusion without _id',
    call: async (target) => (await seeded(target, people)).findOne({ _id: 2 }, { projection: { _id: 0, name: 1 } }),
    answers: { name: 'Bob' },
  },
  {
    name: 'exclusion',
    call: async (target) => (await seeded(target, people)).findOne({ _id: 2 }, { projection: { tags: 0, address: 0 } }),
    answers: { _id: 2, name: 'Bob', age: 20 },
  },
  {
    name: 'projection of $slice keeps the rest',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, a: [1, 2, 3], b: 1 }])).findOne({}, { projection: { a: { $slice: -2 } } }),
    answers: { _id: 1, a: [2, 3], b: 1 },
  },
  {
    name: 'projection of $elemMatch',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, a: [{ n: 1 }, { n: 2 }], b: 1 }])).findOne(
        {},
        { projection: { a: { $elemMatch: { n: 2 } } } },
      ),
    answers: { _id: 1, a: [{ n: 2 }] },
  },
  {
    name: 'projection within arrays',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, a: [{ x: 1, y: 2 }, 5, { y: 3 }] }])).findOne({}, { projection: { 'a.x': 1 } }),
    answers: { _id: 1, a: [{ x: 1 }, {}] },
  },
  {
    name: 'mixed projection is refused',
    call: async (target) => (await seeded(target, people)).findOne({}, { projection: { a: 1, b: 0 } }),
    fails: { code: 31254 },
  },
  {
    name: 'a cursor reads on in batches',
    call: async (target) => {
      const collection = await seeded(
        target,
        Array.from({ length: 25 }, (_, i) => ({ _id: i })),
      );
      return strip(await collection.find().sort({ _id: 1 }).batchSize(4).toArray()).length;
    },
    answers: 25,
  },
  {
    name: 'a sorted cursor reads on in batches',
    call: async (target) => {
      const collection = await seeded(
        target,
        Array.from({ length: 25 }, (_, i) => ({ _id: i, n: -i })),
      );
      return strip(await collection.find().sort({ n: 1 }).batchSize(4).limit(22).toArray());
    },
    answers: Array.from({ length: 22 }, (_, i) => 24 - i),
  },
  {
    name: 'a killed cursor is not found',
    call: async (target) => {
      const collection = await seeded(
        target,
        Array.from({ length: 5 }, (_, i) => ({ _id: i })),
      );
      const name = collection.collectionName;
      const { cursor } = await target.db.command({ find: name, batchSize: 2 }, { promoteLongs: false } as never);
      await target.db.command({ killCursors: name, cursors: [cursor.id] });
      return target.db.command({ getMore: cursor.id, collection: name });
    },
    fails: { code: 43 },
  },
  {
    name: 'find in a collection that is not there finds nothing',
    call: ({ collection }) => collection.find().toArray(),
    answers: [],
  },
];

const updates: DriverCall[] = [
  {
    name: '$set, also nested and in arrays',
    call: updated({ _id: 1, a: 1, l: [1, 2] }, { $set: { a: 2, 'b.c': 'x', 'l.1': 9 } }),
    answers: { _id: 1, a: 2, l: [1, 9], b: { c: 'x' } },
  },
  {
    name: '$unset',
    call: updated({ _id: 1, a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '' } }),
    answers: { _id: 1, b: { d: 2 } },
  },
  {
    name: '$inc makes and adds',
    call: updated({ _id: 1, a: 1 }, { $inc: { a: 2, b: -1 } }),
    answers: { _id: 1, a: 3, b: -1 },
  },
  { name: '$mul', call: updated({ _id: 1, a: 3 }, { $mul: { a: 2, b: 5 } }), answers: { _id: 1, a: 6, b: 0 } },
  {
    name: '$min and $max',
    call: updated({ _id: 1, a: 5, b: 5 }, { $min: { a: 3 }, $max: { b: 3, c: 1 } }),
    answers: { _id: 1, a: 3, b: 5, c: 1 },
  },
  { name: '$rename', call: updated({ _id: 1, a: 5 }, { $rename: { a: 'b.c' } }), answers: { _id: 1, b: { c: 5 } } },
  {
    name: '$push',
    call: updated({ _id: 1, a: [1] }, { $push: { a: 2, b: { x: 1 } } }),
    answers: { _id: 1, a: [1, 2], b: [{ x: 1 }] },
  },
  {
    name: '$push with $each, $position, $sort and $slice',
    call: updated(
      { _id: 1, a: [3], b: [1], c: [4, 2] },
      { $push: { a: { $each: [1, 2], $position: 0 }, b: { $each: [2, 3], $slice: -2 }, c: { $each: [3], $sort: 1 } } },
    ),
    answers: { _id: 1, a: [1, 2, 3], b: [2, 3], c: [2, 3, 4] },
  },
  {
    name: '$addToSet',
    call: updated({ _id: 1, a: [1, 2] }, { $addToSet: { a: { $each: [2, 3] }, b: 1 } }),
    answers: { _id: 1, a: [1, 2, 3], b: [1] },
  },
  {
    name: '$pull by value and by condition',
    call: updated(
      { _id: 1, a: [1, 2, 1], b: [{ n: 1 }, { n: 5 }], c: [1, 5] },
      { $pull: { a: 1, b: { n: { $gt: 3 } }, c: { $gte: 5 } } },
    ),
    answers: { _id: 1, a: [2], b: [{ n: 1 }], c: [1] },
  },
  {
    name: '$pullAll and $pop',
    call: updated({ _id: 1, a: [1, 2, 3], b: [1, 2], c: [1, 2] }, { $pullAll: { a: [1, 3] }, $pop: { b: 1, c: -1 } }),
    answers: { _id: 1, a: [2], b: [1], c: [2] },
  },
  {
    name: 'arrayFilters choose the elements',
    call: updated(
      { _id: 1, a: [{ n: 1 }, { n: 5 }] },
      { $set: { 'a.$[big].n': 9 } },
      { arrayFilters: [{ 'big.n': { $gt: 3 } }] },
    ),
    answers: { _id: 1, a: [{ n: 1 }, { n: 9 }] },
  },
  {
    name: '$[] changes every element',
    call: updated({ _id: 1, a: [1, 2] }, { $inc: { 'a.$[]': 10 } }),
    answers: { _id: 1, a: [11, 12] },
  },
  {
    name: 'untouched fields keep their types, arithmetic takes the wider one',
    call: async (target) => {
      const collection = await seeded(target, [
        {
          _id: 1,
          keep: new Double(1),
          long: Long.fromNumber(1),
          int: new Int32(2147483647),
          decimal: Decimal128.fromString('1.10'),
        },
      ]);
      await collection.updateOne(
        { _id: 1 },
        { $inc: { long: new Int32(1), int: new Int32(1), decimal: Decimal128.fromString('2.2') } },
      );
      return collection.findOne({ _id: 1 }, { promoteValues: false });
    },
    answers: {
      _id: new Int32(1),
      keep: new Double(1),
      long: Long.fromNumber(2),
      int: Long.fromNumber(2147483648),
      decimal: Decimal128.fromString('3.30'),
    },
  },
  {
    name: '$currentDate puts a date',
    call: async (target) => {
      const collection = await seeded(target, [{ _id: 1 }]);
      await collection.updateOne({ _id: 1 }, { $currentDate: { at: true } });
      return (await collection.findOne({ _id: 1 }))?.at instanceof Date;
    },
    answers: true,
  },
  {
    name: 'updateOne counts matched and modified',
    call: async (target) => (await seeded(target, [{ _id: 1, a: 1 }])).updateOne({ _id: 1 }, { $set: { a: 1 } }),
    answers: { acknowledged: true, modifiedCount: 0, upsertedId: null, upsertedCount: 0, matchedCount: 1 },
  },
  {
    name: 'updateMany changes all matches',
    call: async (target) => (await seeded(target, people)).updateMany({ age: { $gt: 10 } }, { $inc: { age: 1 } }),
    answers: { acknowledged: true, modifiedCount: 3, upsertedId: null, upsertedCount: 0, matchedCount: 3 },
  },
  {
    name: 'an upsert starts from the equalities of its query',
    call: async ({ collection }) => {
      await collection.updateOne(
        { _id: 7, 'a.b': 1, c: { $gt: 5 }, d: { $eq: 2 } },
        { $set: { e: 3 }, $setOnInsert: { f: 4 } },
        { upsert: true },
      );
      return collection.findOne({ _id: 7 });
    },
    answers: { _id: 7, a: { b: 1 }, d: 2, e: 3, f: 4 },
  },
  {
    name: '$setOnInsert leaves an existing document alone',
    call: updated({ _id: 1 }, { $setOnInsert: { a: 1 } }, { upsert: true }),
    answers: { _id: 1 },
  },
  {
    name: 'replaceOne keeps the _id',
    call: async (target) => {
      const collection = await seeded(target, [{ _id: 1, a: 1 }]);
      await collection.replaceOne({ a: 1 }, { b: 2 });
      return collection.findOne();
    },
    answers: { _id: 1, b: 2 },
  },
  { name: '_id is immutable', call: updated({ _id: 1 }, { $set: { _id: 2 } }), fails: { code: 66 } },
  {
    name: 'two operators on one path conflict',
    call: updated({ _id: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }),
    fails: { code: 40, message: /conflict at 'a'/ },
  },
  {
    name: 'an operator on a path and one within it conflict',
    call: updated({ _id: 1 }, { $set: { a: {} }, $inc: { 'a.b': 1 } }),
    fails: { code: 40 },
  },
  { name: '$inc of a string is refused', call: updated({ _id: 1, a: 'x' }, { $inc: { a: 1 } }), fails: { code: 14 } },
  {
    name: '$push into a scalar is refused',
    call: updated({ _id: 1, a: 'x' }, { $push: { a: 1 } }),
    fails: { code: 2 },
  },
  {
    name: 'a field below a scalar cannot be made',
    call: updated({ _id: 1, a: 'x' }, { $set: { 'a.b': 1 } }),
    fails: { code: 28 },
  },
  {
    name: 'an unknown update operator is refused',
    call: updated({ _id: 1 }, { $noSuch: { a: 1 } }),
    fails: { code: 9, message: /\$noSuch/ },
  },
  {
    name: 'deleteOne and deleteMany count',
    call: async (target) => {
      const collection = await seeded(target, people);
      const one = await collection.deleteOne({ tags: 'b' });
      const many = await collection.deleteMany({});
      return [one.deletedCount, many.deletedCount];
    },
    answers: [1, 3],
  },
  {
    name: 'bulkWrite mixes operations',
    call: async ({ collection }) => {
      const operations: AnyBulkWriteOperation<Row>[] = [
        { insertOne: { document: { _id: 1, a: 1 } } },
        { updateOne: { filter: { _id: 1 }, update: { $inc: { a: 1 } } } },
        { updateOne: { filter: { _id: 2 }, update: { $set: { a: 5 } }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
      ];
      const result = await collection.bulkWrite(operations);
      return [result.insertedCount, result.modifiedCount, result.upsertedCount, result.deletedCount];
    },
    answers: [1, 1, 1, 1],
  },
];

const findAndModify: DriverCall[] = [
  {
    name: 'findOneAndUpdate answers the document before',
    call: async (target) => (await seeded(target, [{ _id: 1, v: 1 }])).findOneAndUpdate({ _id: 1 }, { $inc: { v: 1 } }),
    answers: { _id: 1, v: 1 },
  },
  {
    name: 'findOneAndUpdate answers the document after',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, v: 1 }])).findOneAndUpdate(
        { _id: 1, v: 1 },
        { $inc: { v: 1 }, $push: { h: 'x' } } as never,
        { returnDocument: 'after' },
      ),
    answers: { _id: 1, v: 2, h: ['x'] },
  },
  {
    name: 'a compare-and-set that lost answers null',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, v: 2 }])).findOneAndUpdate({ _id: 1, v: 1 }, { $inc: { v: 1 } }),
    answers: null,
  },
  {
    name: 'findOneAndUpdate takes the first by sort, and projects',
    call: async (target) =>
      (await seeded(target, people)).findOneAndUpdate(
        { age: { $gt: 0 } },
        { $set: { x: 1 } },
        { sort: { age: -1 }, projection: { name: 1 } },
      ),
    answers: { _id: 3, name: 'Carl' },
  },
  {
    name: 'findOneAndUpdate upserts',
    call: ({ collection }) =>
      collection.findOneAndUpdate({ _id: 5 }, { $set: { a: 1 } }, { upsert: true, returnDocument: 'after' }),
    answers: { _id: 5, a: 1 },
  },
  {
    name: 'findOneAndUpdate tells of an upsert',
    call: async ({ collection }) =>
      (await collection.findOneAndUpdate({ _id: 5 }, { $set: { a: 1 } }, { upsert: true, includeResultMetadata: true }))
        .lastErrorObject,
    answers: { n: 1, updatedExisting: false, upserted: 5 },
  },
  {
    name: 'findOneAndReplace',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, v: 1 }])).findOneAndReplace({ v: 1 }, { w: 2 }, { returnDocument: 'after' }),
    answers: { _id: 1, w: 2 },
  },
  {
    name: 'findOneAndDelete answers what it removed',
    call: async (target) => {
      const collection = await seeded(target, people);
      return [(await collection.findOneAndDelete({}, { sort: { _id: -1 } }))?._id, await collection.countDocuments()];
    },
    answers: [4, 3],
  },
  {
    name: 'findOneAndUpdate into a duplicate is refused',
    call: async (target) => {
      const collection = await seeded(target, [
        { _id: 1, a: 1 },
        { _id: 2, a: 2 },
      ]);
      await collection.createIndex({ a: 1 }, { unique: true });
      return collection.findOneAndUpdate({ _id: 2 }, { $set: { a: 1 } });
    },
    fails: { code: 11000, fields: { keyPattern: { a: 1 }, keyValue: { a: 1 } } },
  },
];

const indexes: DriverCall[] = [
  {
    name: 'createIndex answers the name, listIndexes lists it',
    call: async ({ collection }) => {
      const name = await collection.createIndex({ userId: 1, createdAt: -1, _id: -1 });
      return [name, (await collection.listIndexes().toArray()).map((index) => [index.name, index.key])];
    },
    answers: [
      'userId_1_createdAt_-1__id_-1',
      [
        ['_id_', { _id: 1 }],
        ['userId_1_createdAt_-1__id_-1', { userId: 1, createdAt: -1, _id: -1 }],
      ],
    ],
  },
  {
    name: 'options of an index are listed',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { b: { $exists: true } } });
      await collection.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
      return (await collection.listIndexes().toArray()).slice(1);
    },
    answers: [
      { v: 2, key: { a: 1 }, name: 'a_1', unique: true, partialFilterExpression: { b: { $exists: true } } },
      { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 60 },
    ],
  },
  {
    name: 'creating the same index again is fine',
    call: async ({ collection }) => [await collection.createIndex({ a: 1 }), await collection.createIndex({ a: 1 })],
    answers: ['a_1', 'a_1'],
  },
  {
    name: 'the same name with other options is refused',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1 });
      return collection.createIndex({ a: 1 }, { unique: true });
    },
    fails: { code: 86 },
  },
  {
    name: 'the same key under another name is refused',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1 });
      return collection.createIndex({ a: 1 }, { name: 'other' });
    },
    fails: { code: 85 },
  },
  {
    name: 'a unique index over duplicates is refused',
    call: async (target) =>
      (
        await seeded(target, [
          { _id: 1, a: 1 },
          { _id: 2, a: 1 },
        ])
      ).createIndex({ a: 1 }, { unique: true }),
    fails: { code: 11000 },
  },
  {
    name: 'a unique index counts a missing field as null',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1 }, { unique: true });
      await collection.insertOne({ _id: 1 });
      return collection.insertOne({ _id: 2 });
    },
    fails: { code: 11000, fields: { keyValue: { a: null } } },
  },
  {
    name: 'a sparse unique index leaves missing fields out',
    call: async (target) => {
      await target.collection.createIndex({ a: 1 }, { unique: true, sparse: true });
      await target.collection.insertMany([{ _id: 1 }, { _id: 2 }]);
      return ids(target, {});
    },
    answers: [1, 2],
  },
  {
    name: 'a partial unique index binds only its documents',
    call: async (target) => {
      await target.collection.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { live: true } });
      await target.collection.insertMany([
        { _id: 1, a: 1, live: true },
        { _id: 2, a: 1, live: false },
        { _id: 3, a: 1 },
      ]);
      const refused = await target.collection
        .updateOne({ _id: 2 }, { $set: { live: true } })
        .catch((cause: { code: number }) => cause.code);
      return [await ids(target, { a: 1 }), refused];
    },
    answers: [[1, 2, 3], 11000],
  },
  {
    name: 'a unique index on an array binds every element',
    call: async ({ collection }) => {
      await collection.createIndex({ tags: 1 }, { unique: true });
      await collection.insertOne({ _id: 1, tags: ['a', 'b', 'a'] });
      return collection.insertOne({ _id: 2, tags: ['c', 'b'] });
    },
    fails: { code: 11000, fields: { keyValue: { tags: 'b' } } },
  },
  {
    name: 'two arrays in one index are refused',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1, b: 1 });
      return collection.insertOne({ _id: 1, a: [1], b: [2] });
    },
    fails: { code: 171 },
  },
  {
    name: 'newest first with a page cursor, by an index',
    call: async (target) => {
      const collection = await seeded(
        target,
        Array.from({ length: 9 }, (_, i) => ({
          _id: i,
          userId: i % 3 === 0 ? 'u' : 'v',
          createdAt: day(1 + Math.floor(i / 4)),
        })),
      );
      await collection.createIndex({ userId: 1, createdAt: -1, _id: -1 });
      const sort = { createdAt: -1, _id: -1 } as const;
      const first = await collection.find({ userId: 'v' }).sort(sort).limit(4).toArray();
      const last = first.at(-1);
      const after = {
        userId: 'v',
        $or: [{ createdAt: { $lt: last?.createdAt } }, { createdAt: last?.createdAt, _id: { $lt: last?._id } }],
      };
      return [
        strip(first),
        strip(
          await collection
            .find(after as never)
            .sort(sort)
            .limit(4)
            .toArray(),
        ),
      ];
    },
    answers: [
      [8, 7, 5, 4],
      [2, 1],
    ],
  },
  {
    name: 'an index does not change what is found',
    call: async (target) => {
      const filters = [
        { a: { $gt: 1 } },
        { a: { $lt: 3, $gt: 0 } },
        { a: null },
        { a: { $in: [1, 'x'] } },
        { a: 'x' },
        { a: { $ne: 1 } },
        { a: { $gte: 'a' } },
        { a: { $exists: true } },
        { a: [1, 2] },
      ];
      const collection = await seeded(
        target,
        [1, 2, 'x', null, [1, 2], [], [0, 9], { b: 1 }, 2.5].map((a, i) => ({ _id: i, a })),
      );
      await collection.insertOne({ _id: 99 });
      const without = await Promise.all(filters.map((filter) => ids(target, filter)));
      await collection.createIndex({ a: -1 });
      const withIndex = await Promise.all(filters.map((filter) => ids(target, filter)));
      return [without, JSON.stringify(without) === JSON.stringify(withIndex)];
    },
    answers: [
      [
        [1, 4, 6, 8],
        [0, 1, 4, 6, 8],
        [3, 99],
        [0, 2, 4],
        [2],
        [1, 2, 3, 5, 6, 7, 8, 99],
        [2],
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        [4],
      ],
      true,
    ],
  },
  {
    name: 'dropIndex drops it, and once only',
    call: async ({ collection }) => {
      await collection.createIndex({ a: 1 });
      await collection.dropIndex('a_1');
      return collection.dropIndex('a_1');
    },
    fails: { code: 27 },
  },
  {
    name: 'indexes of a collection that is not there are refused',
    call: ({ collection }) => collection.listIndexes().toArray(),
    fails: { code: 26 },
  },
];

const aggregations: DriverCall[] = [
  {
    name: '$match, $sort, $skip and $limit',
    call: async (target) =>
      strip(
        (await (
          await seeded(target, people)
        )
          .aggregate([{ $match: { age: { $gt: 0 } } }, { $sort: { age: 1 } }, { $skip: 1 }, { $limit: 1 }])
          .toArray()) as Row[],
      ),
    answers: [1],
  },
  {
    name: '$count',
    call: async (target) =>
      (await seeded(target, people)).aggregate([{ $match: { tags: 'b' } }, { $count: 'n' }]).toArray(),
    answers: [{ n: 2 }],
  },
  {
    name: '$group with $sum, $avg, $min, $max and $push',
    call: async (target) => {
      const collection = await seeded(target, [
        { _id: 1, k: 'a', n: 1 },
        { _id: 2, k: 'a', n: 3 },
        { _id: 3, k: 'b', n: 5 },
      ]);
      return collection
        .aggregate([
          { $sort: { _id: 1 } },
          {
            $group: {
              _id: '$k',
              sum: { $sum: '$n' },
              avg: { $avg: '$n' },
              min: { $min: '$n' },
              max: { $max: '$n' },
              all: { $push: '$n' },
            },
          },
          { $sort: { _id: 1 } },
        ])
        .toArray();
    },
    answers: [
      { _id: 'a', sum: 4, avg: 2, min: 1, max: 3, all: [1, 3] },
      { _id: 'b', sum: 5, avg: 5, min: 5, max: 5, all: [5] },
    ],
  },
  {
    name: '$project computes',
    call: async (target) =>
      (await seeded(target, [{ _id: 1, a: 2, b: 3 }]))
        .aggregate([{ $project: { _id: 0, sum: { $add: ['$a', '$b'] }, a: 1 } }])
        .toArray(),
    answers: [{ a: 2, sum: 5 }],
  },
  {
    name: '$unwind and $group',
    call: async (target) =>
      (await seeded(target, people))
        .aggregate([{ $unwind: '$tags' }, { $group: { _id: '$tags', n: { $sum: 1 } } }, { $sort: { _id: 1 } }])
        .toArray(),
    answers: [
      { _id: 'a', n: 1 },
      { _id: 'b', n: 2 },
    ],
  },
  {
    name: 'an unknown stage is refused',
    call: ({ collection }) => collection.aggregate([{ $noSuch: {} }]).toArray(),
    fails: { code: 40324, message: /\$noSuch/ },
  },
  {
    name: 'counting',
    call: async (target) => {
      const collection = await seeded(target, people);
      return [
        await collection.countDocuments({ age: { $gt: 20 } }),
        await collection.estimatedDocumentCount(),
        await collection.countDocuments({}, { limit: 2 }),
      ];
    },
    answers: [2, 4, 2],
  },
  {
    name: 'distinct opens arrays',
    call: async (target) => (await seeded(target, people)).distinct('tags'),
    answers: ['a', 'b'],
  },
];

const collections: DriverCall[] = [
  {
    name: 'create, list and drop',
    call: async ({ db, collection }) => {
      const name = collection.collectionName;
      await db.createCollection(name);
      const before = (await db.listCollections({ name }, { nameOnly: true }).toArray()).map((each) => each.type);
      await collection.drop();
      return [before, await db.listCollections({ name }).toArray()];
    },
    answers: [['collection'], []],
  },
  {
    name: 'listDatabases lists the database',
    call: async ({ client, db, collection }) => {
      await collection.insertOne({ _id: 1 });
      return (await client.db().admin().listDatabases()).databases.some(({ name }) => name === db.databaseName);
    },
    answers: true,
  },
  {
    name: 'a namespace that starts with a dot is refused',
    call: ({ db }) => db.command({ insert: '.a', documents: [{ _id: 1 }] }),
    fails: { code: 73 },
  },
];

const sessions: DriverCall[] = [
  {
    name: 'a retryable write that is sent again is answered and not done again',
    call: async (target) =>
      withSession(target, async (session, db) => {
        const { collection } = target;
        const command = {
          update: collection.collectionName,
          updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } }, upsert: true }],
          txnNumber: Long.fromNumber(1),
        };
        await collection.insertOne({ _id: 1, n: 0 });
        // As a driver retries: the very same command again. Run as raw commands, since the driver numbers its own.
        const first = await db.command(command, { session });
        const second = await db.command(command, { session });
        return [first.nModified, second.nModified, (await collection.findOne({ _id: 1 }))?.n];
      }),
    answers: [1, 1, 1],
  },
  {
    name: 'an older write of a session is refused',
    call: async (target) =>
      withSession(target, async (session, db) => {
        const insert = target.collection.collectionName;
        await db.command({ insert, documents: [{ _id: 1 }], txnNumber: Long.fromNumber(5) }, { session });
        return db.command({ insert, documents: [{ _id: 2 }], txnNumber: Long.fromNumber(4) }, { session });
      }),
    fails: { code: 225 },
  },
  {
    name: 'operations take a session',
    call: async (target) =>
      withSession(target, async (session, db) => {
        const collection = db.collection<Row>(target.collection.collectionName);
        await collection.insertOne({ _id: 1 }, { session });
        return collection.findOne({ _id: 1 }, { session });
      }),
    answers: { _id: 1 },
  },
  {
    name: 'more members than there are cannot acknowledge',
    call: ({ collection }) => collection.insertOne({ _id: 1 }, { writeConcern: { w: 5 } }),
    fails: { code: 100 },
  },
];

/** Calls of the official driver with the answers MongoDB 7 and 8 give, in groups. */
export const DRIVER_CALLS: Readonly<Record<string, readonly DriverCall[]>> = {
  handshake,
  inserts,
  queries,
  shapes,
  updates,
  findAndModify,
  indexes,
  aggregations,
  collections,
  sessions,
};
