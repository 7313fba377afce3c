package kleiber.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kleiber.data.Corpus;
import kleiber.data.SplitCorpus;

/**
 * Corpora opened once and shared by every training that asks for them. Safe for use by many
 * threads; one that asks for a corpus while another opens it waits.
 */
public final class OpenCorpora {
  private final Path cache;
  private final Map<Corpus, SplitCorpus> opened = new HashMap<>();

  /**
   * @param cache a folder for tokenized text, see {@link Corpus#open}
   */
  public OpenCorpora(Path cache) {
    this.cache = cache;
  }

  /**
   * The corpus, opened if it is not yet. A failure is not remembered: the next call tries again.
   *
   * @throws kleiber.data.CorpusException when the text is missing, empty or too small
   * @throws java.util.concurrent.CancellationException when stopped while it was opened
   */
  public synchronized SplitCorpus open(Corpus corpus, StopSignal stop) throws IOException {
    SplitCorpus split = opened.get(corpus);
    if (split == null) {
      split = corpus.open(cache, stop::stopped);
      opened.put(corpus, split);
    }
    return split;
  }
}
