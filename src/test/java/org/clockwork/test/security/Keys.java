package org.clockwork.test.security;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.clockwork.codecs.tls.PemFiles;

/** An authority and whom it has signed, as PEM files in a folder. */
public final class Keys {
  private final Path folder;
  private final X509Bundle authority;

  private Keys(Path folder, X509Bundle authority) {
    this.folder = folder;
    this.authority = authority;
  }

  public static Keys in(Path folder) throws Exception {
    return new Keys(
        folder, builder("CN=authority").setIsCertificateAuthority(true).buildSelfSigned());
  }

  /** Of localhost and 127.0.0.1; checks the other side where {@code mutual}. */
  public PemFiles files(String name, boolean mutual) throws Exception {
    PemFiles files =
        new PemFiles(
            folder.resolve(name + ".key"),
            folder.resolve(name + ".pem"),
            mutual ? Optional.of(authority()) : Optional.empty());
    issue(name, files);
    return files;
  }

  /** A new key and certificate of that name, where the old ones are. */
  public void issue(String name, PemFiles into) throws Exception {
    write(into, issued(name));
  }

  /** A certificate whose time has passed. */
  public void issueExpired(String name, PemFiles into) throws Exception {
    write(
        into,
        builder("CN=" + name)
            .notBefore(Instant.parse("2020-01-01T00:00:00Z"))
            .notAfter(Instant.parse("2021-01-01T00:00:00Z"))
            .buildIssuedBy(authority));
  }

  /** The authority's own certificate, for who has to believe it. */
  public Path authority() throws IOException {
    Path file =
        folder.resolve("authority-%s.pem".formatted(authority.getCertificate().getSerialNumber()));
    Files.writeString(file, authority.getCertificatePEM());
    return file;
  }

  private X509Bundle issued(String name) throws Exception {
    return builder("CN=" + name)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  private static CertificateBuilder builder(String subject) {
    return new CertificateBuilder().ecp256().subject(subject);
  }

  /** Each appears as a whole, as any tool that renews certificates does it. */
  private static void write(PemFiles into, X509Bundle bundle) throws IOException {
    replace(into.key(), bundle.getPrivateKeyPEM());
    replace(into.certificate(), bundle.getCertificatePathPEM());
  }

  public static void replace(Path file, String content) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(beside, content);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
