import { beforeEach, describe, expect, it } from 'vitest';
import { mongosh } from '../../../src/workloads/mongodb/shell/mongosh.ts';
import type { HostOptions } from '../world.ts';
import { domain, ReplicaSet } from './replica-set.ts';

let set: ReplicaSet;

interface Shown {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** mongosh in a Pod's container, as `kubectl exec` starts it. */
async function shell(pod: string, args: readonly string[], options: HostOptions = {}): Promise<Shown> {
  const process = set.host(pod).process({ ...options, args });
  const code = await set.world.settle(process.run(mongosh).exit!);
  return { code, out: process.console.output, err: process.console.errors };
}

const evaluated = async (text: string, pod = 'quiz-0') => {
  const { code, out, err } = await shell(pod, ['kiada', '--quiet', '--eval', text]);
  return code === 0 ? out.trimEnd() : `${code} ${err.trimEnd()}`;
};

beforeEach(async () => {
  set = await ReplicaSet.initiated();
});

describe('mongosh', () => {
  it('stores, finds, changes and removes documents', async () => {
    expect(await evaluated('db.questions.insertMany([{_id: 1, n: 5}, {_id: 2, n: 7, tags: ["a"]}])')).toBe(
      "{ acknowledged: true, insertedIds: { '0': 1, '1': 2 } }",
    );
    expect(await evaluated('db.questions.find({n: {$gt: 5}}, {_id: 0}).toArray()')).toBe("[ { n: 7, tags: [ 'a' ] } ]");
    expect(await evaluated('db.questions.find().sort({n: -1}).limit(1)')).toBe("[ { _id: 2, n: 7, tags: [ 'a' ] } ]");
    expect(await evaluated('db.questions.updateOne({_id: 1}, {$inc: {n: 1}, $set: {"a.b": null}})')).toContain(
      'modifiedCount: 1',
    );
    expect(await evaluated('db.questions.findOne({_id: 1})')).toBe('{ _id: 1, n: 6, a: { b: null } }');
    expect(await evaluated('db.questions.countDocuments({tags: "a"})')).toBe('1');
    expect(await evaluated('db.questions.deleteMany({})')).toBe('{ acknowledged: true, deletedCount: 2 }');
    expect(await evaluated('db.questions.findOne({})')).toBe('null');
  });

  it.each([
    [
      'rs.status().members.map(m => m.name.split(".")[0] + " " + m.stateStr).join(", ")',
      'quiz-0 PRIMARY, quiz-1 SECONDARY, quiz-2 SECONDARY',
    ],
    ['rs.status().members.find(m => m.stateStr === "PRIMARY").name', `quiz-0.${domain}:27017`],
    ['db.hello().isWritablePrimary && !db.hello().secondary', 'true'],
    ['rs.conf().members.filter(m => m._id >= 1).length', '2'],
    ['print("a", 1); print("b")', 'a 1\nb'],
    ['JSON.stringify({a: [1, -2.5, null], "b c": `x`})', '{"a":[1,-2.5,null],"b c":"x"}'],
    ['// nothing but a remark\n1 + 1', '2'],
    ['ISODate("2026-01-01")', "ISODate('2026-01-01T00:00:00.000Z')"],
    ['db.getSiblingDB("other").a.b.find().count()', '0'],
    ['db.adminCommand({ping: 1})', '{ ok: 1 }'],
    ['db.adminCommand("ping")', '{ ok: 1 }'],
    ['db.version()', "5.0.0 (Ordinal's stand-in for learning, not MongoDB)"],
  ])('evaluates %s', async (text, expected) => {
    expect(await evaluated(text)).toBe(expected);
  });

  it.each([
    ['process.exit(1)', /ReferenceError: process is not defined/],
    [
      'db.questions.constructor.constructor("1")()',
      /TypeError: db\.questions\.constructor\.constructor is not a function/,
    ],
    ['[].map.constructor("1")', /TypeError/],
    ['({__proto__: 1})', /SyntaxError/],
    ['db.a.updateOne({}, {$set: {"__proto__.x": 1}}, {upsert: true})', /BadValue/],
    ['while (true) {}', /SyntaxError: the stand-in does not know 'while'/],
    ['db.questions.aggregate([])', /TypeError: db\.questions\.aggregate is not a function that the stand-in knows/],
    ['db.questions.find({a: {$regex: "x"}})', /unknown operator: \$regex/],
    ['{a: 1', /SyntaxError: Unexpected end of input/],
    ['rs.members[0]', /TypeError: Cannot read properties of undefined \(reading '0'\): rs\.members is undefined/],
    ['db.runCommand({shutdown: 1})', /no such command: 'shutdown'/],
  ])('refuses %s', async (text, why) => {
    expect(await evaluated(text)).toMatch(why);
  });

  it('refuses a second document with the same _id', async () => {
    await evaluated('db.questions.insertOne({_id: 1})');
    expect(await evaluated('db.questions.insertOne({_id: 1})')).toMatch(/^1 MongoBulkWriteError: E11000 duplicate key/);
  });

  it('talks to the one server in its own Pod, which may be a secondary', async () => {
    await evaluated('db.questions.insertOne({_id: 1})');
    await set.settled();
    expect(await evaluated('db.questions.insertOne({_id: 2})', 'quiz-1')).toBe(
      '1 MongoServerError[NotWritablePrimary]: not primary',
    );
    expect(await evaluated('db.questions.countDocuments()', 'quiz-1')).toBe('1');
    expect(await evaluated('db.hello().primary', 'quiz-1')).toBe(`quiz-0.${domain}:27017`);
  });

  it('finds the primary by SRV records, and again after it has moved', async () => {
    const records = [0, 1, 2].map((id) => ({ name: `quiz-${id}.${domain}`, port: 27_017, priority: 0, weight: 33 }));
    set.world.srv.set(`_mongodb._tcp.${domain}`, records);
    const uri = `mongodb+srv://${domain}/kiada?tls=false`;
    const insert = (id: number) =>
      shell('quiz-2', [uri, '--quiet', '--eval', `db.questions.insertOne({_id: ${id}}).insertedId`]);
    expect(await insert(1)).toMatchObject({ code: 0, out: '1\n' });
    await set.host('quiz-0').terminate();
    expect(await insert(2)).toMatchObject({ code: 0, out: '2\n' });
  });

  it.each([
    [`mongodb+srv://${domain}/kiada`, /MongoServerSelectionError: .* before secure TLS connection was established/],
    [
      `mongodb+srv://other.kiada.svc.cluster.local/?tls=false`,
      /querySrv ENOTFOUND _mongodb\._tcp\.other\.kiada\.svc\.cluster\.local/,
    ],
    ['mongodb+srv://quiz-pods/', /must include hostname, domain name, and tld/],
    ['mongodb+srv://quiz.test.example/?tls=false', /does not share hostname with parent URI/],
    ['mongodb://nobody:27017/', /getaddrinfo ENOTFOUND nobody/],
    ['mongodb://me:secret@quiz-0/', /no accounts/],
    ['mongodb://quiz-0/?compressors=zlib', /option compressors is not supported by the stand-in/],
    ['mongodb://quiz-0,quiz-1/?replicaSet=other&serverSelectionTimeoutMS=500', /no primary was found/],
  ])('cannot connect to %s', async (uri, why) => {
    set.world.srv.set(`_mongodb._tcp.${domain}`, [{ name: `quiz-0.${domain}`, port: 27_017, priority: 0, weight: 1 }]);
    set.world.srv.set('_mongodb._tcp.quiz.test.example', [
      { name: 'quiz-0.evil.example', port: 1, priority: 0, weight: 1 },
    ]);
    const { code, err } = await shell('quiz-1', [uri, '--quiet', '--eval', 'db.questions.insertOne({})']);
    expect(code).toBe(1);
    expect(err).toMatch(why);
  });

  it('greets, says what it is, and reads line by line', async () => {
    const typed = ['use kiada', 'db.questions.insertOne({', '  _id: 1 })', 'nonsense', 'show collections', 'exit'];
    const { code, out, err } = await shell('quiz-0', [], { typed });
    expect(code).toBe(0);
    expect(out).toContain("Using MongoDB:\t\t5.0.0 (Ordinal's stand-in for learning, not MongoDB)");
    expect(out).toContain('quiz [direct: primary] test> use kiada\nswitched to db kiada\n');
    expect(out).toContain('... ');
    expect(out).toContain('{ acknowledged: true, insertedId: 1 }');
    expect(err).toMatch(/^ReferenceError: nonsense is not defined/);
    expect(out).toContain('show collections\nquestions\n');
  });

  it('adds and removes members, one call each', async () => {
    await set.start('quiz-3');
    const states = () => evaluated('rs.status().members.map(m => m.stateStr).join()');
    expect(await evaluated(`rs.add("quiz-3.${domain}:27017")`)).toBe('{ ok: 1 }');
    await set.settled();
    expect(await states()).toBe('PRIMARY,SECONDARY,SECONDARY,SECONDARY');
    expect(await evaluated(`rs.remove("quiz-3.${domain}:27017")`)).toBe('{ ok: 1 }');
    expect(await states()).toBe('PRIMARY,SECONDARY,SECONDARY');
  });
});
