package kleiber.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Text files of one's own: {@code .txt}, {@code .md} and {@code .jsonl}, each also as {@code .gz}
 * or {@code .zst}, all in UTF-8. A file is a document, or as many as its separator lines say; each
 * line of a {@code .jsonl} is one. Text is read as a stream and never has to fit into memory (a
 * line of a {@code .jsonl} does).
 *
 * <p>Which documents are held out is decided by a hash of their text (of its first 262,144 chars),
 * so that equal documents lie on the same side. Files are read in an order shuffled by a hash of
 * their names. Empty documents are left out.
 *
 * @param path a file, a folder (searched in depth) or a glob such as <code>corpus/**&#47;*.txt.gz
 *     </code>, relative to the working directory
 * @param heldOutFraction share of documents that is held out, in (0, 1)
 * @param field of each line of a {@code .jsonl} that holds the text; {@code text} when absent
 * @param separator a line that stands between documents of a {@code .txt} or {@code .md}, such as
 *     {@code <|endoftext|>}; when absent, a file is one document
 */
public record TextFiles(
    String path,
    Tokenizer tokenizer,
    double heldOutFraction,
    Optional<String> field,
    Optional<String> separator)
    implements Corpus {
  public TextFiles {
    if (path.isBlank()) {
      throw new IllegalArgumentException("path is empty but must name a file, a folder or a glob");
    }
    if (!(heldOutFraction > 0 && heldOutFraction < 1)) {
      throw new IllegalArgumentException(
          "heldOutFraction is " + heldOutFraction + " but must be in (0, 1), such as 0.05");
    }
    if (separator.isPresent() && separator.get().contains("\n")) {
      throw new IllegalArgumentException("separator must be one line, without its end");
    }
  }

  @Override
  public int vocabulary() throws IOException {
    return tokenizer.vocabulary();
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException {
    List<Path> files =
        FilePattern.find(path, TextFile.EXTENSIONS).stream()
            .sorted(Comparator.comparing(file -> Sha256.bits(FilePattern.name(file))))
            .toList();
    StringBuilder key = new StringBuilder(this + " " + tokenizer.fingerprint());
    for (Path file : files) {
      // Hashing the content of 10 GB at every start would take longer than many a run.
      key.append('\n').append(FilePattern.identity(file));
    }
    return TokenizedText.open(cache, key.toString(), tokenizer, sink -> tell(files, sink), stopped);
  }

  private void tell(List<Path> files, Documents.Sink sink) throws IOException {
    HashSplit split = new HashSplit(heldOutFraction);
    long total = 0;
    for (Path file : files) {
      total += Files.size(file);
    }
    Reading reading = new Reading(path, total);
    for (Path file : files) {
      new TextFile(file, field.orElse("text"), separator, split, reading).tell(sink);
    }
    if (split.documents() == 0) {
      throw new CorpusException(
          "there is no text in " + path + ": " + files.size() + " files, each of them empty");
    }
    if (split.heldOut() == 0 || split.heldOut() == split.documents()) {
      throw new CorpusException(
          path
              + " has "
              + split.documents()
              + (split.documents() == 1 ? " document" : " documents")
              + ", of which "
              + split.heldOut()
              + " are held out at heldOutFraction "
              + heldOutFraction
              + ", but training and held-out text need at least one each; give more documents"
              + " (separator: cuts one file into many) or another heldOutFraction");
    }
  }
}
