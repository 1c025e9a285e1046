"""What an application with Confluent's Python client does, against a registry whose URL is the only argument.

The client is unmodified, from the package index: see requirements.txt.
"""
import json
import sys
import unittest
import uuid

from confluent_kafka.schema_registry import (
    Metadata, MetadataProperties, Schema, SchemaReference, SchemaRegistryClient, SchemaRegistryError, ServerConfig)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.common.schema_registry_client import ConfigCompatibilityLevel
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

URL = sys.argv.pop()

USER = {"type": "record", "name": "User", "namespace": "test", "fields": [{"name": "name", "type": "string"}]}
USER_WITH_AGE = dict(USER, fields=USER["fields"] + [{"name": "age", "type": "int", "default": 0}])
USER_WITH_MUST = dict(USER, fields=USER["fields"] + [{"name": "age", "type": "int"}])


def avro(schema):
    return Schema(json.dumps(schema), "AVRO")


def fresh(name):
    """A name that no other test uses, with characters that paths must encode."""
    return "%s/%s +ä" % (name, uuid.uuid4().hex[:8])


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.client = SchemaRegistryClient({"url": URL})

    def assert_error(self, code, call, *args, **kwargs):
        with self.assertRaises(SchemaRegistryError) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.error_code, code, caught.exception)

    def test_register_and_look_up(self):
        subject = fresh("register")
        schema_id = self.client.register_schema(subject, avro(USER))
        self.assertEqual(self.client.register_schema(subject, avro(USER)), schema_id)
        full = self.client.register_schema_full_response(subject, avro(USER_WITH_AGE))
        self.assertEqual((full.version, full.subject), (2, subject))
        other = SchemaRegistryClient({"url": URL})
        self.assertEqual(json.loads(other.get_schema(schema_id, subject).schema_str), USER)
        self.assertEqual(json.loads(other.get_schema(schema_id).schema_str), USER)
        self.assertEqual(json.loads(other.get_schema_by_guid(full.guid).schema_str), USER_WITH_AGE)
        self.assertEqual(other.lookup_schema(subject, avro(USER)).version, 1)
        self.assertEqual(other.get_latest_version(subject).version, 2)
        self.assertEqual(other.get_version(subject, 1).schema_id, schema_id)
        self.assertEqual(other.get_versions(subject), [1, 2])
        self.assertIn(subject, other.get_subjects())
        self.assertIn(subject, other.get_subjects_by_schema_id(schema_id))
        self.assertIn((subject, 1), [(v.subject, v.version) for v in other.get_schema_versions(schema_id)])
        self.assertEqual(set(other.get_schema_types()), {"AVRO", "JSON", "PROTOBUF"})
        self.assertIn(".", other.get_contexts())

    def test_what_is_not_there(self):
        subject = fresh("nothing")
        self.assert_error(40401, self.client.get_latest_version, subject)
        self.assert_error(40403, self.client.get_schema, 2 ** 31 - 1)
        self.assert_error(40401, self.client.lookup_schema, subject, avro(USER))
        self.client.register_schema(subject, avro(USER))
        self.assert_error(40402, self.client.get_version, subject, 9)
        self.assert_error(40403, self.client.lookup_schema, subject, avro(USER_WITH_AGE))
        self.assert_error(42201, self.client.register_schema, subject, Schema("{", "AVRO"))

    def test_compatibility(self):
        subject = fresh("compatibility")
        self.client.register_schema(subject, avro(USER))
        self.assertTrue(self.client.test_compatibility(subject, avro(USER_WITH_AGE)))
        self.assertFalse(self.client.test_compatibility(subject, avro(USER_WITH_MUST)))
        self.assertFalse(self.client.test_compatibility_all_versions(subject, avro(USER_WITH_MUST)))
        self.assert_error(40901, self.client.register_schema, subject, avro(USER_WITH_MUST))
        self.client.set_compatibility(subject, "NONE")
        self.assertEqual(self.client.get_compatibility(subject), "NONE")
        self.assertEqual(self.client.register_schema_full_response(subject, avro(USER_WITH_MUST)).version, 2)

    def test_config(self):
        subject = fresh("config")
        self.assert_error(40408, self.client.get_config, subject)
        self.client.set_config(subject, ServerConfig(compatibility=ConfigCompatibilityLevel.FULL_TRANSITIVE, compatibility_group="major"))
        config = self.client.get_config(subject)
        self.assertEqual((config.compatibility_level, config.compatibility_group), ("FULL_TRANSITIVE", "major"))
        self.client.delete_config(subject)
        self.assert_error(40408, self.client.get_config, subject)
        self.assertEqual(self.client.get_compatibility(), "BACKWARD")
        self.assertEqual(self.client.get_global_mode(), "READWRITE")

    def test_modes(self):
        subject = fresh("mode")
        self.client.register_schema(subject, avro(USER))
        self.client.update_mode(subject, "READONLY")
        self.assertEqual(self.client.get_mode(subject), "READONLY")
        self.assert_error(42205, self.client.register_schema, subject, avro(USER_WITH_AGE))
        self.client.delete_mode(subject)
        self.client.register_schema(subject, avro(USER_WITH_AGE))

    def test_deletes(self):
        subject = fresh("delete")
        self.client.register_schema(subject, avro(USER))
        self.client.register_schema(subject, avro(USER_WITH_AGE))
        self.assertEqual(self.client.delete_version(subject, 1), 1)
        self.assertEqual(self.client.get_versions(subject), [2])
        self.assertEqual(self.client.get_versions(subject, deleted=True), [1, 2])
        self.assertEqual(self.client.delete_subject(subject), [2])
        self.assertNotIn(subject, self.client.get_subjects())
        self.assertIn(subject, self.client.get_subjects(deleted=True))
        self.assertEqual(self.client.delete_subject(subject, permanent=True), [1, 2])
        self.assert_error(40401, self.client.get_versions, subject, deleted=True)

    def test_metadata(self):
        subject = fresh("metadata")
        for schema, owner in (USER, "us"), (USER_WITH_AGE, "them"):
            metadata = Metadata(properties=MetadataProperties({"owner": owner}), tags=None, sensitive=None)
            self.client.register_schema(subject, Schema(json.dumps(schema), "AVRO", metadata=metadata))
        found = self.client.get_latest_with_metadata(subject, {"owner": "us"})
        self.assertEqual((found.version, found.schema.metadata.properties.properties), (1, {"owner": "us"}))

    def test_avro_messages(self):
        topic = "avro-" + uuid.uuid4().hex
        context = SerializationContext(topic, MessageField.VALUE)
        data = AvroSerializer(self.client, json.dumps(USER))({"name": "Ann"}, context)
        # A reader with a newer schema, in another process.
        reader = AvroDeserializer(SchemaRegistryClient({"url": URL}), json.dumps(USER_WITH_AGE))
        self.assertEqual(reader(data, context), {"name": "Ann", "age": 0})

    def test_avro_messages_with_references(self):
        topic = "avro-" + uuid.uuid4().hex
        context = SerializationContext(topic, MessageField.VALUE)
        user = "user-" + topic
        self.client.register_schema(user, avro(USER))
        order = {"type": "record", "name": "Order", "namespace": "test", "fields": [{"name": "by", "type": "test.User"}]}
        schema = Schema(json.dumps(order), "AVRO", [SchemaReference("test.User", user, 1)])
        data = AvroSerializer(self.client, schema)({"by": {"name": "Ann"}}, context)
        reader = AvroDeserializer(SchemaRegistryClient({"url": URL}))
        self.assertEqual(reader(data, context), {"by": {"name": "Ann"}})
        self.assertEqual(len(self.client.get_referenced_by(user, 1)), 1)
        self.assert_error(42206, self.client.delete_subject, user)

    def test_json_messages_with_references(self):
        topic = "json-" + uuid.uuid4().hex
        context = SerializationContext(topic, MessageField.VALUE)
        user = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                "properties": {"name": {"type": "string"}}}
        order = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
                 "properties": {"by": {"$ref": "user.json"}}}
        self.client.register_schema("user-" + topic, Schema(json.dumps(user), "JSON"))
        schema = Schema(json.dumps(order), "JSON", [SchemaReference("user.json", "user-" + topic, 1)])
        data = JSONSerializer(schema, self.client)({"by": {"name": "Ann"}}, context)
        reader = JSONDeserializer(schema, schema_registry_client=SchemaRegistryClient({"url": URL}))
        self.assertEqual(reader(data, context), {"by": {"name": "Ann"}})

    def test_protobuf_messages_with_references(self):
        topic = "protobuf-" + uuid.uuid4().hex
        context = SerializationContext(topic, MessageField.VALUE)
        pool = descriptor_pool.DescriptorPool()
        timestamp = descriptor_pb2.FileDescriptorProto()
        timestamp_pb2.DESCRIPTOR.CopyToProto(timestamp)
        pool.Add(timestamp)
        user = pool.AddSerializedFile(descriptor_pb2.FileDescriptorProto(
            name="user.proto", package="test", syntax="proto3", message_type=[dict(
                name="User", field=[dict(name="name", number=1, type=9, label=1, json_name="name")])]).SerializeToString())
        order = pool.AddSerializedFile(descriptor_pb2.FileDescriptorProto(
            name="order.proto", package="test", syntax="proto3",
            dependency=["user.proto", "google/protobuf/timestamp.proto"], message_type=[dict(
                name="Other"), dict(name="Order", field=[
                    dict(name="by", number=1, type=11, label=1, type_name=".test.User", json_name="by"),
                    dict(name="at", number=2, type=11, label=1, type_name=".google.protobuf.Timestamp",
                         json_name="at")])]).SerializeToString())
        self.assertIsNotNone(user)
        kind = message_factory.GetMessageClass(pool.FindMessageTypeByName("test.Order"))
        message = kind()
        message.by.name = "Ann"
        message.at.seconds = 7
        data = ProtobufSerializer(kind, self.client, {"use.deprecated.format": False})(message, context)
        reader = ProtobufDeserializer(kind, {"use.deprecated.format": False}, SchemaRegistryClient({"url": URL}))
        self.assertEqual(reader(data, context), message)
        self.assertEqual(self.client.get_latest_version(topic + "-value").schema.references[0].subject, "user.proto")


if __name__ == "__main__":
    unittest.main(verbosity=2)
