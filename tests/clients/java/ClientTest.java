// What an application with Confluent's Java client does, against a registry whose URL is the only argument. The client
// is unmodified, inside the jar in which Apache Flink carries it under other package names: see pom.xml.

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.ParsedSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaMetadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.RestService;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Config;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.Metadata;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;

public final class ClientTest {
  private static final String USER =
      "{\"type\":\"record\",\"name\":\"User\",\"namespace\":\"test\",\"fields\":[{\"name\":\"name\",\"type\":\"string\"}%s]}";
  private static final AvroSchema PLAIN = new AvroSchema(String.format(USER, ""));
  private static final AvroSchema WITH_AGE =
      new AvroSchema(String.format(USER, ",{\"name\":\"age\",\"type\":\"int\",\"default\":0}"));
  private static final AvroSchema WITH_MUST =
      new AvroSchema(String.format(USER, ",{\"name\":\"age\",\"type\":\"int\"}"));

  private interface Call {
    void run() throws Exception;
  }

  private final String url;
  private final SchemaRegistryClient client;
  private final RestService rest;

  private ClientTest(String url) {
    this.url = url;
    client = newClient();
    rest = new RestService(url);
  }

  private SchemaRegistryClient newClient() {
    return new CachedSchemaRegistryClient(url, 100);
  }

  // A name that no other test uses, with characters that paths must encode. (This client writes those beyond ASCII as
  // Latin-1, which no server reads back: none of these.)
  private static String fresh(String name) {
    return name + "/" + UUID.randomUUID() + " +";
  }

  private static void equal(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) {
      throw new AssertionError("found " + found + ", not " + wanted);
    }
  }

  private static void failsWith(int code, Call call) throws Exception {
    try {
      call.run();
    } catch (RestClientException error) {
      equal(error.getErrorCode(), code);
      return;
    }
    throw new AssertionError("no error " + code);
  }

  private void registerAndLookUp() throws Exception {
    String subject = fresh("register");
    int id = client.register(subject, PLAIN);
    equal(newClient().register(subject, PLAIN), id);
    int next = client.registerWithResponse(subject, WITH_AGE, false).getId();
    SchemaRegistryClient other = newClient();
    equal(other.getSchemaById(id), PLAIN);
    equal(newClient().getSchemaBySubjectAndId(subject, next), WITH_AGE);
    equal(other.getId(subject, PLAIN), id);
    equal(other.getVersion(subject, WITH_AGE), 2);
    SchemaMetadata latest = other.getLatestSchemaMetadata(subject);
    equal(List.of(latest.getId(), latest.getVersion()), List.of(next, 2));
    equal(other.getSchemaMetadata(subject, 1).getId(), id);
    equal(other.getByVersion(subject, 1, false).getSchema(), PLAIN.canonicalString());
    equal(other.getAllVersions(subject), List.of(1, 2));
    equal(other.getAllSubjects().contains(subject), true);
    equal(other.getAllSubjectsByPrefix("register/").contains(subject), true);
    equal(other.getAllSubjectsById(next).contains(subject), true);
    equal(other.getAllVersionsById(next).contains(new SubjectVersion(subject, 2)), true);
    equal(other.getSchemas(subject, false, true), List.of(WITH_AGE));
    equal(Set.copyOf(rest.getSchemaTypes()), Set.of("AVRO", "JSON", "PROTOBUF"));
    equal(rest.getAllContexts().get(0), ".");
    equal(rest.getVersionSchemaOnly(subject, 1), PLAIN.canonicalString());
  }

  private void whatIsNotThere() throws Exception {
    String subject = fresh("nothing");
    failsWith(40401, () -> client.getLatestSchemaMetadata(subject));
    failsWith(40403, () -> client.getSchemaById(Integer.MAX_VALUE));
    failsWith(40401, () -> client.getId(subject, PLAIN));
    client.register(subject, PLAIN);
    failsWith(40402, () -> client.getSchemaMetadata(subject, 9));
    failsWith(40403, () -> client.getId(subject, WITH_AGE));
    failsWith(42201, () -> rest.registerSchema("{", subject));
  }

  private void compatibility() throws Exception {
    String subject = fresh("compatibility");
    client.register(subject, PLAIN);
    equal(client.testCompatibility(subject, WITH_AGE), true);
    equal(client.testCompatibility(subject, WITH_MUST), false);
    equal(client.testCompatibilityVerbose(subject, WITH_AGE), List.of());
    equal(client.testCompatibilityVerbose(subject, WITH_MUST).get(0).contains("READER_FIELD_MISSING_DEFAULT_VALUE"), true);
    failsWith(40901, () -> client.register(subject, WITH_MUST));
    client.updateCompatibility(subject, "NONE");
    equal(client.getCompatibility(subject), "NONE");
    client.register(subject, WITH_MUST);
    equal(client.getVersion(subject, WITH_MUST), 2);
  }

  private void configAndModes() throws Exception {
    String subject = fresh("config");
    failsWith(40408, () -> client.getConfig(subject));
    Config config = new Config("FULL_TRANSITIVE");
    config.setCompatibilityGroup("major");
    client.updateConfig(subject, config);
    equal(client.getConfig(subject).getCompatibilityLevel(), "FULL_TRANSITIVE");
    equal(client.getConfig(subject).getCompatibilityGroup(), "major");
    client.deleteConfig(subject);
    failsWith(40408, () -> client.getConfig(subject));
    client.register(subject, PLAIN);
    equal(client.setMode("READONLY", subject), "READONLY");
    equal(client.getMode(subject), "READONLY");
    failsWith(42205, () -> client.register(subject, WITH_AGE));
    client.deleteMode(subject);
    equal(client.getMode(), "READWRITE");
    failsWith(42205, () -> client.setMode("IMPORT", subject));
    // In a context of its own, where no other test gave the schema another id.
    String imported = ":.java-" + UUID.randomUUID() + ":imported";
    equal(client.setMode("IMPORT", imported, true), "IMPORT");
    equal(client.register(imported, WITH_AGE, 7, 4711), 4711);
    equal(client.getSchemaMetadata(imported, 7).getId(), 4711);
  }

  private void deletes() throws Exception {
    String subject = fresh("delete");
    client.register(subject, PLAIN);
    client.register(subject, WITH_AGE);
    equal(client.deleteSchemaVersion(subject, "1"), 1);
    equal(client.getAllVersions(subject), List.of(2));
    equal(client.getAllVersions(subject, true), List.of(1, 2));
    failsWith(40405, () -> client.deleteSubject(subject, true));
    equal(client.deleteSubject(subject), List.of(2));
    failsWith(40404, () -> client.deleteSubject(subject));
    equal(client.getAllSubjects().contains(subject), false);
    equal(client.getAllSubjects(true).contains(subject), true);
    equal(client.deleteSubject(subject, true), List.of(1, 2));
    failsWith(40401, () -> client.getAllVersions(subject, true));
  }

  private void references() throws Exception {
    String user = fresh("user");
    String order = fresh("order");
    int id = client.register(user, PLAIN);
    SchemaReference reference = new SchemaReference("test.User", user, 1);
    AvroSchema schema = new AvroSchema(
        "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"test\",\"fields\":[{\"name\":\"by\",\"type\":\"User\"}]}",
        List.of(reference), Map.of("test.User", PLAIN.canonicalString()), null);
    int referrer = client.register(order, schema);
    ParsedSchema found = newClient().getSchemaById(referrer);
    equal(found.references(), List.of(reference));
    equal(rest.getReferencedBy(user, 1), List.of(referrer));
    failsWith(42206, () -> client.deleteSubject(user));
    equal(client.getId(user, PLAIN), id);
  }

  private void metadata() throws Exception {
    String subject = fresh("metadata");
    Metadata us = new Metadata(Map.of(), Map.of("owner", "us"), Set.of());
    Metadata them = new Metadata(Map.of(), Map.of("owner", "them"), Set.of());
    client.register(subject, PLAIN.copy(us, null));
    client.register(subject, WITH_AGE.copy(them, null));
    SchemaMetadata found = client.getLatestWithMetadata(subject, Map.of("owner", "us"), false);
    equal(found.getVersion(), 1);
    equal(found.getMetadata().getProperties(), Map.of("owner", "us"));
  }

  private void contexts() throws Exception {
    String subject = ":.java:" + UUID.randomUUID();
    int id = client.register(subject, PLAIN);
    equal(rest.getAllContexts().contains(".java"), true);
    equal(newClient().getSchemaBySubjectAndId(subject, id), PLAIN);
    equal(client.getAllSubjectsByPrefix(":.java:").contains(subject), true);
  }

  public static void main(String[] arguments) throws Exception {
    ClientTest test = new ClientTest(arguments[0]);
    Map<String, Call> calls = Map.of(
        "registerAndLookUp", test::registerAndLookUp,
        "whatIsNotThere", test::whatIsNotThere,
        "compatibility", test::compatibility,
        "configAndModes", test::configAndModes,
        "deletes", test::deletes,
        "references", test::references,
        "metadata", test::metadata,
        "contexts", test::contexts);
    boolean failed = false;
    for (Map.Entry<String, Call> call : calls.entrySet()) {
      try {
        call.getValue().run();
        System.out.println("ok " + call.getKey());
      } catch (Exception | AssertionError error) {
        failed = true;
        System.out.println("FAILED " + call.getKey());
        error.printStackTrace(System.out);
      }
    }
    System.exit(failed ? 1 : 0);
  }
}
