package kleiber.train;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import kleiber.data.Corpus;
import kleiber.data.CorpusException;
import kleiber.data.SplitCorpus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenCorporaTest {
  @TempDir Path cache;

  @Test
  void equalCorporaAreOneCorpus() throws IOException {
    OpenCorpora corpora = new OpenCorpora(cache);
    SplitCorpus first = corpora.open(new MadeUpText(100, 50, 10), StopSignal.NEVER);
    assertSame(first, corpora.open(new MadeUpText(100, 50, 10), StopSignal.NEVER));
  }

  @Test
  void aFailureIsNotRemembered() throws IOException {
    record Late(AtomicBoolean there) implements Corpus {
      @Override
      public int vocabulary() {
        return MadeUpText.VOCABULARY;
      }

      @Override
      public SplitCorpus open(Path cache, BooleanSupplier stopped) throws CorpusException {
        if (!there.get()) {
          throw new CorpusException("not there yet");
        }
        return new MadeUpText(100, 50, 10).open(cache, stopped);
      }
    }
    OpenCorpora corpora = new OpenCorpora(cache);
    Late late = new Late(new AtomicBoolean());
    assertThrows(CorpusException.class, () -> corpora.open(late, StopSignal.NEVER));
    late.there().set(true);
    assertSame(corpora.open(late, StopSignal.NEVER), corpora.open(late, StopSignal.NEVER));
  }
}
