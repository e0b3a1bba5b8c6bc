package org.clockwork.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clockwork.core.trace.AzureFormat;
import org.clockwork.core.trace.AzureReader;
import org.clockwork.core.trace.Trace;
import org.clockwork.core.trace.Traces;

/** A folder with the files of the Azure Functions trace: what AZURE_TRACE_DIR names. */
public record TraceFolder(Path folder) implements Traces {

  @Override
  public Trace day(int day) {
    List<Path> files = AzureFormat.fileNames(day).stream().map(folder::resolve).toList();
    return files.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .map(TraceFolder::read)
        .orElseThrow(() -> new IllegalArgumentException(missing(files)));
  }

  private static Trace read(Path file) {
    AzureReader reader = new AzureReader(file.toString());
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.take(line);
      }
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          file + " is no text; expected the lines of an Azure Functions trace", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s can't be read: %s; mend its permissions or name another folder in AZURE_TRACE_DIR"
              .formatted(file, e),
          e);
    }
    return reader.trace();
  }

  private static String missing(List<Path> files) {
    return ("there is no trace %s, nor %s; AZURE_TRACE_DIR has to name the folder that holds the"
            + " published trace, or one that clockwork azure-synth --out DIR has written")
        .formatted(files.get(0), files.get(1).getFileName());
  }
}
