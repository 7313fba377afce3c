package kleiber.data;

/**
 * A tokenized corpus, split once and for all by document.
 *
 * @param vocabulary number of token ids; every id is in [0, vocabulary)
 * @param training training tokens
 * @param heldOut held-out tokens, of documents that are in no way part of the training text
 * @param digest SHA-256, in hex, of everything that decides the tokens
 */
public record SplitCorpus(
    int vocabulary, TokenSequence training, TokenSequence heldOut, String digest) {}
