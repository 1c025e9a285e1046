// What an application with Confluent's JavaScript client does, against a registry whose URL is the only argument.
// The client is unmodified, from the package index: see package.json.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const {
  AvroDeserializer, AvroSerializer, Compatibility, JsonDeserializer, JsonSerializer, ProtobufDeserializer,
  ProtobufSerializer, SchemaRegistryClient, SerdeType,
} = require('@confluentinc/schemaregistry');
const { createFileRegistry, create, fromBinary, createMutableRegistry } = require('@bufbuild/protobuf');
const { FileDescriptorSetSchema, FileDescriptorProtoSchema, file_google_protobuf_timestamp } = require('@bufbuild/protobuf/wkt');

const url = process.argv[2];
const newClient = () => new SchemaRegistryClient({ baseURLs: [url], maxRetries: 0 });
const client = newClient();
// A name that no other test uses. (This client forgets to encode names in some paths: none that it must.)
const fresh = (name) => `${name}-${crypto.randomUUID()}`;

const user = { type: 'record', name: 'User', namespace: 'test', fields: [{ name: 'name', type: 'string' }] };
const userWithAge = { ...user, fields: [...user.fields, { name: 'age', type: 'int', default: 0 }] };
const userWithMust = { ...user, fields: [...user.fields, { name: 'age', type: 'int' }] };
const avro = (schema, references) => ({ schemaType: 'AVRO', schema: JSON.stringify(schema), references });

const failsWith = (code, promise) => assert.rejects(promise, (error) => {
  assert.equal(error.errorCode, code, error.message);
  return true;
});

const tests = {
  async 'register and look up'() {
    const subject = fresh('register');
    const id = await client.register(subject, avro(user), false);
    assert.equal(await newClient().register(subject, avro(user), false), id);
    const full = await newClient().registerFullResponse(subject, avro(userWithAge), false);
    assert.equal(full.version, 2);
    const other = newClient();
    assert.deepEqual(JSON.parse((await other.getBySubjectAndId(subject, id)).schema), user);
    assert.deepEqual(JSON.parse((await other.getByGuid(full.guid)).schema), userWithAge);
    assert.equal(await other.getId(subject, avro(user), false), id);
    assert.equal((await other.getLatestSchemaMetadata(subject)).version, 2);
    assert.equal((await other.getSchemaMetadata(subject, 1, false)).id, id);
    assert.deepEqual(await other.getAllVersions(subject), [1, 2]);
    assert.equal(await other.getVersion(subject, avro(user), false, false), 1);
    assert.ok((await other.getAllSubjects()).includes(subject));
  },

  async 'what is not there'() {
    const subject = fresh('nothing');
    await failsWith(40401, client.getLatestSchemaMetadata(subject));
    await failsWith(40403, client.getBySubjectAndId(subject, 2 ** 31 - 1));
    await client.register(subject, avro(user), false);
    await failsWith(40402, client.getSchemaMetadata(subject, 9, false));
    await failsWith(42201, client.register(subject, { schemaType: 'AVRO', schema: '{' }, false));
  },

  async compatibility() {
    const subject = fresh('compatibility');
    await client.register(subject, avro(user), false);
    assert.equal(await client.testCompatibility(subject, 1, avro(userWithAge)), true);
    assert.equal(await client.testSubjectCompatibility(subject, avro(userWithMust)), false);
    await failsWith(40901, client.register(subject, avro(userWithMust), false));
    assert.equal(await client.updateCompatibility(subject, Compatibility.NONE), 'NONE');
    assert.equal(await client.getCompatibility(subject), 'NONE');
    assert.equal((await client.registerFullResponse(subject, avro(userWithMust), false)).version, 2);
    assert.equal(await client.getDefaultCompatibility(), 'BACKWARD');
  },

  async config() {
    const subject = fresh('config');
    await failsWith(40408, client.getConfig(subject));
    await client.updateConfig(subject, { compatibility: Compatibility.FULL_TRANSITIVE, normalize: true });
    const config = await client.getConfig(subject);
    assert.equal(config.compatibilityLevel, 'FULL_TRANSITIVE');
    assert.equal(config.normalize, true);
  },

  async deletes() {
    const subject = fresh('delete');
    await client.register(subject, avro(user), false);
    await client.register(subject, avro(userWithAge), false);
    assert.equal(await client.deleteSubjectVersion(subject, 1, false), 1);
    assert.deepEqual(await client.deleteSubject(subject, false), [2]);
    assert.deepEqual(await client.deleteSubject(subject, true), [1, 2]);
    await failsWith(40401, newClient().getAllVersions(subject));
  },

  async metadata() {
    const subject = fresh('metadata');
    await client.register(subject, { ...avro(user), metadata: { properties: { owner: 'us' } } }, false);
    await client.register(subject, { ...avro(userWithAge), metadata: { properties: { owner: 'them' } } }, false);
    assert.equal((await client.getLatestWithMetadata(subject, { owner: 'us' }, false)).version, 1);
  },

  async 'Avro messages with references'() {
    const topic = crypto.randomUUID();
    await client.register(`user-${topic}`, avro(user), false);
    const order = { type: 'record', name: 'Order', namespace: 'test', fields: [{ name: 'by', type: 'test.User' }] };
    const references = [{ name: 'test.User', subject: `user-${topic}`, version: 1 }];
    await client.register(`${topic}-value`, avro(order, references), false);
    const writer = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
    const data = await writer.serialize(topic, { by: { name: 'Ann' } });
    const reader = new AvroDeserializer(newClient(), SerdeType.VALUE, {});
    assert.equal((await reader.deserialize(topic, data)).by.name, 'Ann');
    await failsWith(42206, client.deleteSubject(`user-${topic}`, false));
  },

  async 'JSON messages with references'() {
    const topic = crypto.randomUUID();
    const schemaOf = (schema, references) => ({ schemaType: 'JSON', schema: JSON.stringify(schema), references });
    const person = { type: 'object', properties: { name: { type: 'string' } } };
    const order = { type: 'object', properties: { by: { $ref: 'user.json' } } };
    await client.register(`user-${topic}`, schemaOf(person), false);
    const references = [{ name: 'user.json', subject: `user-${topic}`, version: 1 }];
    await client.register(`${topic}-value`, schemaOf(order, references), false);
    const writer = new JsonSerializer(client, SerdeType.VALUE, { useLatestVersion: true, validate: true });
    const data = await writer.serialize(topic, { by: { name: 'Ann' } });
    const reader = new JsonDeserializer(newClient(), SerdeType.VALUE, { validate: true });
    assert.deepEqual(await reader.deserialize(topic, data), { by: { name: 'Ann' } });
    await assert.rejects(writer.serialize(topic, { by: { name: 7 } }));
  },

  async 'Protobuf messages with references'() {
    const topic = crypto.randomUUID();
    const string = { number: 1, type: 9, label: 1 };
    const file = (fields) => create(FileDescriptorProtoSchema, { syntax: 'proto3', package: 'test', ...fields });
    const files = createFileRegistry(create(FileDescriptorSetSchema, { file: [
      file_google_protobuf_timestamp.proto,
      file({ name: 'user.proto', messageType: [{ name: 'User', field: [{ name: 'name', ...string }] }] }),
      file({ name: 'order.proto', dependency: ['user.proto', 'google/protobuf/timestamp.proto'], messageType: [
        { name: 'Other' },
        { name: 'Order', field: [
          { name: 'by', number: 1, type: 11, label: 1, typeName: '.test.User' },
          { name: 'at', number: 2, type: 11, label: 1, typeName: '.google.protobuf.Timestamp' }] }] }),
    ] }));
    const kind = files.getMessage('test.Order');
    const message = create(kind, { by: create(files.getMessage('test.User'), { name: 'Ann' }) });
    const writer = new ProtobufSerializer(client, SerdeType.VALUE, { registry: createMutableRegistry(kind), autoRegisterSchemas: true });
    const data = await writer.serialize(topic, message);
    const reader = new ProtobufDeserializer(newClient(), SerdeType.VALUE, {});
    assert.equal((await reader.deserialize(topic, data)).by.name, 'Ann');
    assert.equal((await newClient().getLatestSchemaMetadata(`${topic}-value`)).references[0].subject, 'user.proto');
  },
};

(async () => {
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  process.exit(failed === 0 ? 0 : 1);
})();
