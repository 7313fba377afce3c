package kleiber.data;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A corpus that is drawn from a distribution, and so knows the loss of the ideal predictor. */
interface DrawnCorpus extends Corpus {
  /** A distribution of documents, with whatever tables it needs. */
  interface Source extends Oracle {
    /**
     * Draws a document. A shorter array gets the beginning of the same document.
     *
     * @param ids filled
     */
    void draw(Draws draws, int[] ids);
  }

  /** How much is drawn. */
  Draw draw();

  /** The distribution. */
  Source source();

  @Override
  int vocabulary();

  @Override
  default SplitCorpus open(Path cache, BooleanSupplier stopped) {
    Source source = source();
    DrawnDocuments training = new DrawnDocuments(source, draw(), Draws.TRAINING, draw().tokens());
    DrawnDocuments heldOut = new DrawnDocuments(source, draw(), Draws.HELD_OUT, draw().heldOut());
    return new SplitCorpus(
        vocabulary(),
        training,
        heldOut,
        Sha256.hex(this + " " + training.beginning() + " " + heldOut.beginning()));
  }

  /** Of windows that begin where documents do. */
  @Override
  default Optional<Oracle> oracle() {
    Source source = source();
    return Optional.of(ids -> DrawnDocuments.losses(source, draw().document(), ids));
  }
}
