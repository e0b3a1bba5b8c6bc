package org.clockwork.gateway.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What archives may hold, and what is left of those that may not be. */
class UploadsTest {
  private static final String MEASURED = "weights = 8310000L; b1 = 2730000L;";
  private static final int FILES_MAX = 20;
  private static final int UNPACKED_MAX = 8 << 20;
  private static final int RATIO_MAX = 10;

  @TempDir Path folder;

  private Path repository;
  private Uploads uploads;

  @BeforeEach
  void open() throws IOException {
    repository = Files.createDirectory(folder.resolve("models"));
    uploads =
        new Uploads(
            new UploadsConfig(
                Optional.of(repository), 1 << 20, UNPACKED_MAX, FILES_MAX, RATIO_MAX, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void aModelComesWithAllItsFilesOrNotAtAll(String kind) throws Exception {
    byte[] archive =
        Archives.of(kind)
            .file("model.measurements", MEASURED)
            .file("extra/notes.txt", "hello")
            .bytes();

    Uploads.Taken taken = upload("zoo/m", "", archive);

    assertEquals(new Uploads.Taken("zoo/m", "1", 2, MEASURED.length() + 5), taken);
    assertEquals(MEASURED, Files.readString(repository.resolve("zoo/m/model.measurements")));
    assertEquals("hello", Files.readString(repository.resolve("zoo/m/extra/notes.txt")));
    assertNothingIsStaged();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void versionsComeOneByOneOrTogether(String kind) throws Exception {
    upload("m", "3", Archives.of(kind).file("profile.json", "{}").bytes());
    assertTrue(Files.exists(repository.resolve("m/3/profile.json")));

    upload("n", "", Archives.of(kind).file("1/model.onnx", "").file("2/model.onnx", "").bytes());
    assertTrue(Files.exists(repository.resolve("n/2/model.onnx")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void whatIsThereAlreadyStaysAsItIs(String kind) throws Exception {
    upload("m", "", Archives.of(kind).file("model.onnx", "old").bytes());

    refused("'m'", "m", "", Archives.of(kind).file("model.onnx", "new").bytes());
    refused("without versions", "m", "2", Archives.of(kind).file("model.onnx", "new").bytes());

    assertEquals("old", Files.readString(repository.resolve("m/model.onnx")));
  }

  @Test
  void ofTwoThatComeAtOnceOneIsTaken() throws Exception {
    Uploads.Upload first = begun("m", archive("first"));
    Uploads.Upload second = begun("m", archive("second"));

    second.finish();
    assertThrows(UploadException.class, first::finish);

    assertEquals("second", Files.readString(repository.resolve("m/model.onnx")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../escape",
        "a/../../escape",
        "/etc/escape",
        "a//b",
        "a/./b",
        ".hidden",
        "a/.git/x",
        "c:x",
        "a\\b",
        "..",
        "a\u0000b",
        "a\nb"
      })
  void anEntryThatLeadsAnywhereButDownIsRefusedByName(String name) throws Exception {
    for (String kind : List.of("zip", "tar")) {
      if (kind.equals("zip") || name.indexOf('\0') < 0) { // A tar's names end there.
        UploadException refusal =
            refused(
                "entry", "m", "", Archives.of(kind).file("model.onnx", "").file(name, "x").bytes());
        assertFalse(refusal.getMessage().contains("\n"), refusal::getMessage);
      }
    }
    assertFalse(Files.exists(folder.resolve("escape")));
    assertFalse(Files.exists(folder.resolve("models/escape")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../m", "/m", ".uploads/m", "a/../b", "", "m#2", "m/", "a//b"})
  void aModelIsCalledLikeAFolderInTheRepository(String name) throws Exception {
    if (name.equals("m/")) {
      upload(name, "", archive("x")); // The same as without.
      return;
    }
    assertThrows(UploadException.class, () -> uploads.begin(name, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "01", "two", "1/../../x", "99999999999999999999"})
  void aVersionIsANumberFromOneOn(String version) {
    assertThrows(UploadException.class, () -> uploads.begin("m", version));
  }

  @Test
  void aModelIsNotPutBehindALink() throws Exception {
    Files.createSymbolicLink(repository.resolve("out"), folder);
    assertThrows(UploadException.class, () -> uploads.begin("out/m", ""));
  }

  @Test
  void linksAndDevicesAreRefusedByName() throws Exception {
    for (byte type :
        List.of(
            TarConstants.LF_SYMLINK,
            TarConstants.LF_LINK,
            TarConstants.LF_CHR,
            TarConstants.LF_BLK,
            TarConstants.LF_FIFO,
            TarConstants.LF_GNUTYPE_SPARSE)) {
      Archives tar =
          new Archives.Tar().special("evil", type, "/etc/passwd").file("model.onnx", "x");
      refused("evil", "m", "", tar.bytes());
    }
  }

  @Test
  void aLinkInAZipIsRefusedByName() throws Exception {
    byte[] zip = Archives.of("zip").file("model.onnx", "").file("evil", "/etc/passwd").bytes();
    int last = lastIndexOf(zip, 0x02014b50);
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(last + 38, 0xa1ff << 16);
    refused("'evil' is a link", "m", "", zip);
  }

  @Test
  void aZipWhoseDirectorySaysOtherwiseIsRefused() throws Exception {
    byte[] zip = Archives.of("zip").file("model.onnx", "").file("other", "x").bytes();
    int last = lastIndexOf(zip, 0x02014b50);
    zip[last + 46] = 'O';
    refused("'other' is not in the directory", "m", "", zip);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void anEntryThatIsThereTwiceIsRefusedByName(String kind) throws Exception {
    byte[] twice = Archives.of(kind).file("model.onnx", "1").file("model.onnX", "2").bytes();
    if (kind.equals("zip")) {
      refused("'model.onnx' is there twice", "m", "", replaced(twice, "model.onnX", "model.onnx"));
    } else {
      refused(
          "'model.onnx' is there twice",
          "m",
          "",
          Archives.of(kind).file("model.onnx", "1").file("model.onnx", "2").bytes());
      refused("there twice", "m", "", Archives.of(kind).file("a", "1").file("a/b", "2").bytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void aBombIsStoppedWhereItIsOne(String kind) throws Exception {
    byte[] ratio = Archives.of(kind).file("model.onnx", new byte[4 << 20]).bytes();
    refused("maxRatio=10", "m", "", ratio);

    byte[] noise = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(noise);
    Archives large = Archives.of(kind);
    for (int i = 0; i < 9; i++) {
      large.file("part" + i, noise);
    }
    refused("maxUnpackedBytes=" + UNPACKED_MAX, "m", "", large.bytes());

    Archives many = Archives.of(kind);
    for (int i = 0; i <= FILES_MAX; i++) {
      many.file("f" + i, "");
    }
    refused("'f20': the archive has more than maxFiles=20", "m", "", many.bytes());
  }

  @Test
  void aNameThatDoesNotEndIsNotKeptInMemory() throws Exception {
    byte[] tar = new Archives.Tar().longName(1 << 20).file("model.onnx", "x").bytes();
    refused("takes more than 65536 bytes", "m", "", tar);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void anArchiveWithoutAModelIsRefusedWithWhatItHas(String kind) throws Exception {
    refused("[m/model.onnx]", "m", "", Archives.of(kind).file("m/model.onnx", "").bytes());
    refused("[1/model.onnx]", "m", "2", Archives.of(kind).file("1/model.onnx", "").bytes());
    refused("[]", "m", "", Archives.of(kind).bytes());
  }

  @Test
  void aBodyThatIsNoArchiveIsRefused() throws Exception {
    refused("neither a zip nor a gzipped tar", "m", "", "<html>".getBytes(StandardCharsets.UTF_8));
    refused("neither a zip nor a gzipped tar", "m", "", new byte[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip", "tar"})
  void aTruncatedOrGarbledArchiveLeavesNothingWhereverItIsCut(String kind) throws Exception {
    byte[] whole =
        Archives.of(kind).file("model.onnx", "a model").file("weights.bin", "w".repeat(99)).bytes();
    Seeds.each(
        300,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          byte[] broken = Arrays.copyOf(whole, random.nextInt(whole.length));
          if (random.nextBoolean()) {
            broken = whole.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 + random.nextInt(255));
          }
          String name = "m" + seed;
          try {
            upload(name, "", broken);
          } catch (UploadException refused) {
            assertFalse(Files.exists(repository.resolve(name)), refused::getMessage);
          }
          assertNothingIsStaged();
        });
  }

  @Test
  void whatAKilledProcessLeftBehindIsClearedAwayWithTheNextOneAfterADay() throws Exception {
    Path left = Files.createDirectories(repository.resolve(".uploads/left/model"));
    Path young = Files.createDirectories(repository.resolve(".uploads/young"));
    Files.writeString(left.resolve("model.onnx"), "half");
    Instant before = Instant.now().minus(Duration.ofDays(2));
    Files.setLastModifiedTime(left.getParent(), FileTime.from(before));

    upload("m", "", archive("x"));

    assertFalse(Files.exists(left.getParent()));
    assertTrue(Files.exists(young), "perhaps it is under way");
  }

  @Test
  void oneMoreThanMayBeAtOnceHasToWait() {
    assertTrue(uploads.enter());
    assertFalse(uploads.enter());
    uploads.leave();
    assertTrue(uploads.enter());
  }

  private static byte[] archive(String content) throws IOException {
    return Archives.of("zip").file("model.onnx", content).bytes();
  }

  private Uploads.Upload begun(String model, byte[] archive) throws Exception {
    Uploads.Upload upload = uploads.begin(model, "");
    Files.write(upload.archive(), archive);
    return upload;
  }

  private Uploads.Taken upload(String model, String version, byte[] archive)
      throws UploadException, IOException {
    Uploads.Upload upload = uploads.begin(model, version);
    try {
      Files.write(upload.archive(), archive);
      return upload.finish();
    } finally {
      upload.clear();
    }
  }

  private UploadException refused(String because, String model, String version, byte[] archive)
      throws IOException {
    UploadException refusal =
        assertThrows(UploadException.class, () -> upload(model, version, archive));
    assertTrue(refusal.getMessage().contains(because), refusal::getMessage);
    assertNothingIsStaged();
    return refusal;
  }

  private void assertNothingIsStaged() throws IOException {
    Path staging = repository.resolve(".uploads");
    if (Files.exists(staging)) {
      try (Stream<Path> left = Files.list(staging)) {
        assertEquals(List.of(), left.toList());
      }
    }
  }

  private static int lastIndexOf(byte[] zip, int signature) {
    ByteBuffer buffer = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    int at = zip.length - Integer.BYTES;
    while (buffer.getInt(at) != signature) {
      at--;
    }
    return at;
  }

  private static byte[] replaced(byte[] bytes, String from, String to) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    return all.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }
}
