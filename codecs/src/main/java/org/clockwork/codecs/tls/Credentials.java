package org.clockwork.codecs.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What the files held when they were read, found to be usable.
 *
 * @param content of each file, in the order of {@link PemFiles#all}
 * @param certificate of this side, for people
 */
record Credentials(List<byte[]> content, X509Certificate certificate) {
  /** What Vert.x calls the only key of a PEM file. */
  private static final String ALIAS = "dummy-entry-0";

  private static final int KEY = 0;
  private static final int CERTIFICATE = 1;
  private static final int AUTHORITY = 2;

  /** Far more than any chain of certificates; what is larger is some other file. */
  private static final long FILE_BYTES_MAX = 1 << 20;

  static Credentials read(PemFiles files) throws TlsException {
    List<byte[]> content = content(files);
    X509ExtendedKeyManager keys = keys(files, content);
    X509Certificate certificate = keys.getCertificateChain(ALIAS)[0];
    refuseOutOfTime(files, certificate);
    refuseOthersKey(files, keys.getPrivateKey(ALIAS), certificate);
    if (files.mutual()) {
      refuseNoAuthority(files.authority().get(), content.get(AUTHORITY));
    }
    return new Credentials(content, certificate);
  }

  /** Key and certificate of this side. */
  PemKeyCertOptions own() {
    return own(content);
  }

  private static PemKeyCertOptions own(List<byte[]> content) {
    return new PemKeyCertOptions()
        .addKeyValue(Buffer.buffer(content.get(KEY)))
        .addCertValue(Buffer.buffer(content.get(CERTIFICATE)));
  }

  /** Whom this side believes; only where there is an authority. */
  PemTrustOptions others() {
    return new PemTrustOptions().addCertValue(Buffer.buffer(content.get(AUTHORITY)));
  }

  /** In the order of {@link PemFiles#all}. */
  static List<byte[]> content(PemFiles files) throws TlsException {
    List<byte[]> content = new ArrayList<>();
    for (Path file : files.all()) {
      try {
        if (Files.size(file) > FILE_BYTES_MAX) {
          throw new TlsException(file + " is larger than any PEM file; name the right one");
        }
        content.add(Files.readAllBytes(file));
      } catch (IOException e) {
        throw new TlsException("%s can't be read: %s".formatted(file, e));
      }
    }
    return content;
  }

  private static X509ExtendedKeyManager keys(PemFiles files, List<byte[]> content)
      throws TlsException {
    try {
      // No Vert.x is needed, and there is none yet: everything to read was read above.
      for (KeyManager manager : own(content).getKeyManagerFactory(null).getKeyManagers()) {
        if (manager instanceof X509ExtendedKeyManager keys
            && keys.getCertificateChain(ALIAS) != null) {
          return keys;
        }
      }
    } catch (Exception e) { // Declared so by Vert.x.
      throw new TlsException(
          "%s and %s are no private key and certificate in PEM: %s"
              .formatted(files.key(), files.certificate(), e.getMessage()));
    }
    throw new TlsException(
        "%s and %s hold no private key with its certificate in PEM"
            .formatted(files.key(), files.certificate()));
  }

  private static void refuseNoAuthority(Path file, byte[] content) throws TlsException {
    try {
      if (CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(content))
          .isEmpty()) {
        throw new TlsException(file + " holds no certificate of an authority in PEM");
      }
    } catch (CertificateException e) {
      throw new TlsException(
          "%s is no certificate of an authority in PEM: %s".formatted(file, e.getMessage()));
    }
  }

  private static void refuseOutOfTime(PemFiles files, X509Certificate certificate)
      throws TlsException {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException | CertificateNotYetValidException _) {
      throw new TlsException(
          "the certificate in %s is valid from %s to %s, which is not now"
              .formatted(
                  files.certificate(),
                  certificate.getNotBefore().toInstant(),
                  certificate.getNotAfter().toInstant()));
    }
  }

  /** A key and a certificate that were not made for each other fail at every handshake. */
  private static void refuseOthersKey(PemFiles files, PrivateKey key, X509Certificate certificate)
      throws TlsException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException _) {
      // Of different kinds, and so not for each other either.
    }
    throw new TlsException(
        "the key in %s is not that of the certificate in %s"
            .formatted(files.key(), files.certificate()));
  }
}
