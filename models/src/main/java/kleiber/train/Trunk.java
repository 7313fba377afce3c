package kleiber.train;

import java.util.Optional;
import java.util.OptionalInt;
import kleiber.data.Corpus;
import kleiber.engine.Precision;
import kleiber.models.ModelFamily;

/**
 * What decides the steps that branches of one trunk share: warm-up and stable phase, before any of
 * them decays (Hu et al. 2024, arXiv:2404.06395). Runs with equal trunks share their weights up to
 * the first decay, and so their noise.
 *
 * @param schedule of the trunk, which knows nothing of where it ends
 * @param precision as the training states it
 * @param microBatch as the training states it
 */
public record Trunk(
    ModelFamily model,
    Corpus corpus,
    int context,
    int batch,
    Optimizer optimizer,
    Schedule schedule,
    long seed,
    Optional<Precision> precision,
    OptionalInt microBatch) {}
