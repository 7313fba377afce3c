package kleiber.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The documents of one text file.
 *
 * @param field of a {@code .jsonl} line that holds the text
 * @param separator line between documents of a {@code .txt} or {@code .md}
 * @param reading is told how much of the file was read
 */
record TextFile(
    Path path, String field, Optional<String> separator, HashSplit split, Reading reading)
    implements Documents {
  /** What can be read. */
  static final List<String> EXTENSIONS =
      List.of(
          ".txt",
          ".md",
          ".jsonl",
          ".txt.gz",
          ".md.gz",
          ".jsonl.gz",
          ".txt.zst",
          ".md.zst",
          ".jsonl.zst");

  /** Longest line of a {@code .jsonl}, in chars. */
  private static final int LONGEST_LINE = 1 << 26;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_LINE).build())
          .build();

  @Override
  public void tell(Sink sink) throws IOException {
    try (Utf8Reader text = new Utf8Reader(decompressed(), path)) {
      if (name().replaceFirst("\\.(gz|zst)$", "").endsWith(".jsonl")) {
        tellLines(text, sink);
      } else {
        tellText(text, sink);
      }
    } catch (AccessDeniedException e) {
      throw new CorpusException(path + " may not be read by this user", e);
    } catch (EOFException e) {
      throw new CorpusException(path + " ends too early: it was cut or is not complete", e);
    } catch (ZipException | ZstdIOException e) {
      throw new CorpusException(path + " cannot be decompressed: " + e.getMessage(), e);
    }
  }

  private String name() {
    return path.getFileName().toString().toLowerCase(Locale.ROOT);
  }

  private InputStream decompressed() throws IOException {
    InputStream raw = reading.counted(Files.newInputStream(path));
    try {
      String name = name();
      if (name.endsWith(".gz")) {
        return new GZIPInputStream(raw, 1 << 16);
      }
      return name.endsWith(".zst") ? new ZstdInputStream(raw) : raw;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private void tellText(Reader text, Sink sink) throws IOException {
    Lines lines = new Lines(text, PIECE);
    StringBuilder piece = new StringBuilder();
    boolean begun = false;
    boolean lineBegins = true;
    for (String line; (line = lines.next()) != null; ) {
      if (lineBegins && separator.isPresent() && separator.get().equals(Lines.bare(line))) {
        end(piece, begun, sink);
        begun = false;
        continue;
      }
      lineBegins = line.endsWith("\n");
      if (!piece.isEmpty() && piece.length() + line.length() > PIECE) {
        tell(piece, begun, sink);
        begun = true;
      }
      piece.append(line);
    }
    end(piece, begun, sink);
  }

  private void end(StringBuilder piece, boolean begun, Sink sink) throws IOException {
    // What has begun goes on: a piece is told only when another follows.
    if (!piece.isEmpty()) {
      tell(piece, begun, sink);
      sink.end();
    }
  }

  private void tell(StringBuilder piece, boolean begun, Sink sink) throws IOException {
    String text = piece.toString();
    piece.setLength(0);
    if (!begun) {
      sink.begin(split.holdsOut(text));
    }
    sink.text(text);
  }

  private void tellLines(Reader text, Sink sink) throws IOException {
    Lines lines = new Lines(text, LONGEST_LINE);
    long number = 0;
    for (String line; (line = lines.next()) != null; ) {
      number++;
      if (line.length() == LONGEST_LINE) {
        throw new CorpusException(
            path + ":" + number + ": the line is longer than " + LONGEST_LINE + " characters");
      }
      String document = line.isBlank() ? "" : text(line, number);
      if (!document.isEmpty()) {
        Documents.tell(sink, document, split::holdsOut);
      }
    }
  }

  private String text(String line, long number) throws IOException {
    List<String> fields = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CorpusException(path + ":" + number + ": the line is not a JSON object");
      }
      for (String name; (name = parser.nextFieldName()) != null; ) {
        JsonToken value = parser.nextToken();
        if (name.equals(field)) {
          if (value != JsonToken.VALUE_STRING) {
            throw new CorpusException(
                path + ":" + number + ": the field " + field + " is not a string");
          }
          return parser.getText();
        }
        fields.add(name);
        parser.skipChildren();
      }
    } catch (JsonProcessingException e) {
      throw new CorpusException(
          path + ":" + number + ": the line is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new CorpusException(
        path
            + ":"
            + number
            + ": the line has no field "
            + field
            + "; it has "
            + (fields.isEmpty() ? "none" : String.join(", ", fields)));
  }
}
