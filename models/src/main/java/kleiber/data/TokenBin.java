package kleiber.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Token ids that another tool has written to {@code .bin} shards: raw, as nanoGPT does, or after
 * llm.c's header of 256 int32 (magic 20240520, version 1: uint16; magic 20240801, version 7:
 * uint32). They are mapped where they lie and never copied; the first opening reads them once, to
 * check every id and to find the documents.
 *
 * @param training a file, a folder or a glob; shards follow each other in the order of their names
 * @param heldOut likewise, and no file of the training text
 * @param vocabulary number of token ids
 * @param endOfText the id that stands between documents; when absent, every {@link #BLOCK} tokens
 *     count as one
 * @param bits of an id in shards without a header, 16 (when absent) or 32
 */
public record TokenBin(
    String training,
    String heldOut,
    int vocabulary,
    Optional<Integer> endOfText,
    Optional<Integer> bits)
    implements Corpus {
  /** Tokens of a document where nothing tells the documents apart. */
  static final int BLOCK = 1024;

  private static final String DIGEST = "digest.json";
  private static final String TRAINING = "training.documents";
  private static final String HELD_OUT = "held-out.documents";

  public TokenBin {
    if (training.isBlank() || heldOut.isBlank()) {
      throw new IllegalArgumentException(
          (training.isBlank() ? "training" : "heldOut")
              + " is empty but must name a file, a folder or a glob");
    }
    if (vocabulary < 1) {
      throw new IllegalArgumentException("vocabulary is " + vocabulary + " but must be positive");
    }
    if (endOfText.isPresent() && (endOfText.get() < 0 || endOfText.get() >= vocabulary)) {
      throw new IllegalArgumentException(
          "endOfText is " + endOfText.get() + " but must be an id below " + vocabulary);
    }
    if (bits.isPresent() && bits.get() != 16 && bits.get() != 32) {
      throw new IllegalArgumentException("bits is " + bits.get() + " but must be 16 or 32");
    }
  }

  @Override
  public SplitCorpus open(Path cache, BooleanSupplier stopped) throws IOException {
    List<Path> trainingFiles = FilePattern.find(training, List.of(".bin"));
    List<Path> heldOutFiles = FilePattern.find(heldOut, List.of(".bin"));
    refuseShared(trainingFiles, heldOutFiles);
    List<BinShard> trainingShards = shards(trainingFiles);
    List<BinShard> heldOutShards = shards(heldOutFiles);
    StringBuilder key = new StringBuilder(this.toString());
    for (BinShard shard : trainingShards) {
      key.append('\n').append(FilePattern.identity(shard.file()));
    }
    key.append("\nheld out");
    for (BinShard shard : heldOutShards) {
      key.append('\n').append(FilePattern.identity(shard.file()));
    }
    Path folder =
        SealedFolder.open(
            cache,
            key.toString(),
            stopped,
            empty -> {
              String digests =
                  index(empty.resolve(TRAINING), trainingShards, stopped)
                      + " "
                      + index(empty.resolve(HELD_OUT), heldOutShards, stopped);
              Files.write(
                  empty.resolve(DIGEST),
                  new ObjectMapper().writeValueAsBytes(Sha256.hex(vocabulary + " " + digests)));
            });
    return new SplitCorpus(
        vocabulary,
        map(trainingShards, folder.resolve(TRAINING)),
        map(heldOutShards, folder.resolve(HELD_OUT)),
        new ObjectMapper().readValue(folder.resolve(DIGEST).toFile(), String.class));
  }

  private List<BinShard> shards(List<Path> files) throws IOException {
    List<BinShard> shards = new ArrayList<>();
    for (Path file : files) {
      shards.add(BinShard.open(file, bits));
    }
    return shards;
  }

  private String index(Path file, List<BinShard> shards, BooleanSupplier stopped)
      throws IOException {
    long total = shards.stream().mapToLong(shard -> shard.tokens().ids().byteSize()).sum();
    Reading reading = new Reading(shards.getFirst().file().toString(), total);
    try (ShardIndexer indexer = new ShardIndexer(file, vocabulary, endOfText, stopped, reading)) {
      for (BinShard shard : shards) {
        indexer.add(shard);
      }
      return indexer.finish();
    }
  }

  private static TokenSequence map(List<BinShard> shards, Path index) throws IOException {
    return new MappedTokens(
        shards.stream().map(BinShard::tokens).toList(),
        new DocumentIndex(index),
        MappedTokens.TextBytes.UNKNOWN);
  }

  private static void refuseShared(List<Path> training, List<Path> heldOut) throws IOException {
    Set<Path> seen = new HashSet<>();
    for (Path file : training) {
      seen.add(file.toRealPath());
    }
    for (Path file : heldOut) {
      if (seen.contains(file.toRealPath())) {
        throw new CorpusException(
            file + " is both training and held-out text; a loss on it would say nothing");
      }
    }
  }
}
