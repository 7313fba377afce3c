// Several streams through one model: rows copied to other places, a prefix before each stream, and their weighted mean.
#include "kleiber.cuh"

/// Where row t of stream p lies in its sequence.
struct Places {
  int first, by_stream, by_row;

  __device__ int at(int stream, int row) const { return first + stream * by_stream + row * by_row; }
};

/// y[b, to(p, t)] = x[b, from(p, t)], a row being so many columns. A thread for each number of y.
extern "C" __global__ void copy_forward(
    const float* x, float* y, int columns, int rows, int streams, int source_rows, int from, int from_by_stream,
    int from_by_row, int to, int to_by_stream, int to_by_row, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    int column = i % columns;
    int row = i / columns % rows;
    int stream = i / columns / rows % streams;
    long long sequence = i / columns / rows / streams;
    Places source{from, from_by_stream, from_by_row};
    Places target{to, to_by_stream, to_by_row};
    y[(sequence * streams * rows + target.at(stream, row)) * columns + column] =
        x[(sequence * source_rows + source.at(stream, row)) * columns + column];
  }
}

/// Adds to dx. A thread for each number of a stream goes over the streams.
extern "C" __global__ void copy_backward(
    float* dx, const float* dy, int columns, int rows, int streams, int source_rows, int from, int from_by_stream,
    int from_by_row, int to, int to_by_stream, int to_by_row, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    int column = i % columns;
    int row = i / columns % rows;
    long long sequence = i / columns / rows;
    Places source{from, from_by_stream, from_by_row};
    Places target{to, to_by_stream, to_by_row};
    for (int stream = 0; stream < streams; stream++) {
      dx[(sequence * source_rows + source.at(stream, row)) * columns + column] +=
          dy[(sequence * streams * rows + target.at(stream, row)) * columns + column];
    }
  }
}

/// y is the prefix of the sequence's stream in the last g of f columns, and then x. Members along y; size counts one's y.
extern "C" __global__ void prefix_forward(
    const float* x, const float* prefix, long long stride, float* y, int streams, int prefixed, int positions, int f,
    int g, int size) {
  long long i = index_in_grid();
  if (i < size) {
    int column = i % f;
    int position = i / f % (prefixed + positions);
    int sequence = i / f / (prefixed + positions);
    long long member = blockIdx.y;
    long long sequences = size / f / (prefixed + positions);
    float value;
    if (position >= prefixed) {
      value = x[((member * sequences + sequence) * positions + position - prefixed) * f + column];
    } else if (column < f - g) {
      value = 0;
    } else {
      value = prefix[member * stride + (sequence % streams * prefixed + position) * g + column - (f - g)];
    }
    y[member * size + i] = value;
  }
}

/// dx (+)= dy behind the prefixes; before and own are the numbers of a prefix and of what follows it.
extern "C" __global__ void prefix_rest(const float* dy, float* dx, int add, int before, int own, long long size) {
  long long i = index_in_grid();
  if (i < size) {
    give(dx, i, dy[i / own * (before + own) + before + i % own], add);
  }
}

/// dprefix (+)= the sum of dy over the sequences of its stream. Members along y; size counts one's prefixes.
extern "C" __global__ void prefix_backward(
    const float* dy, float* dprefix, long long stride, int add, int streams, int prefixed, int positions, int f, int g,
    int sequences, int size) {
  long long i = index_in_grid();
  if (i < size) {
    int column = i % g + f - g;
    int position = i / g % prefixed;
    int stream = i / g / prefixed;
    float sum = 0;
    for (int sequence = stream; sequence < sequences; sequence += streams) {
      long long row = (static_cast<long long>(blockIdx.y) * sequences + sequence) * (prefixed + positions) + position;
      sum += dy[row * f + column];
    }
    give(dprefix, blockIdx.y * stride + i, sum, add);
  }
}

/// The softmax of a row of scores, one at a time.
struct Softmax {
  const float* scores;
  float largest, inverse_sum;

  __device__ Softmax(const float* scores, int streams) : scores(scores), largest(scores[0]), inverse_sum(0) {
    for (int p = 1; p < streams; p++) {
      largest = fmaxf(largest, scores[p]);
    }
    for (int p = 0; p < streams; p++) {
      inverse_sum += expf(scores[p] - largest);
    }
    inverse_sum = 1 / inverse_sum;
  }

  __device__ float of(int p) const { return expf(scores[p] - largest) * inverse_sum; }
};

__device__ inline long long row_of_warp() {
  return static_cast<long long>(blockIdx.x) * (blockDim.x / LANES) + threadIdx.x / LANES;
}

__device__ inline float weight(float probability, float smoothing, int streams) {
  return (1 - smoothing) * probability + smoothing / streams;
}

/// y = the mean of the streams in a row of x, of d columns each, by smoothed weights.
extern "C" __global__ void mix_forward(
    const float* x, const float* scores, float* y, int d, int streams, float smoothing, long long rows) {
  long long row = row_of_warp();
  if (row >= rows) {
    return;
  }
  Softmax softmax(scores + row * streams, streams);
  for (int i = lane_of_warp(); i < d; i += LANES) {
    float sum = 0;
    for (int p = 0; p < streams; p++) {
      sum += weight(softmax.of(p), smoothing, streams) * x[(row * streams + p) * d + i];
    }
    y[row * d + i] = sum;
  }
}

__device__ static float product(const float* a, const float* b, int d) {
  float sum = 0;
  for (int i = lane_of_warp(); i < d; i += LANES) {
    sum += a[i] * b[i];
  }
  return warp_sum(sum);
}

extern "C" __global__ void mix_backward(
    const float* x, const float* scores, const float* dy, float* dx, int add_x, float* dscores, int add_scores, int d,
    int streams, float smoothing, long long rows) {
  long long row = row_of_warp();
  if (row >= rows) {
    return;
  }
  Softmax softmax(scores + row * streams, streams);
  const float* by = dy + row * d;
  float expected = 0;
  for (int p = 0; p < streams; p++) {
    expected += softmax.of(p) * product(by, x + (row * streams + p) * d, d);
  }
  for (int p = 0; p < streams; p++) {
    long long at = row * streams + p;
    float probability = softmax.of(p);
    float own = product(by, x + at * d, d);
    if (lane_of_warp() == 0) {
      give(dscores, at, (1 - smoothing) * probability * (own - expected), add_scores);
    }
    for (int i = lane_of_warp(); i < d; i += LANES) {
      give(dx, at * d + i, weight(probability, smoothing, streams) * by[i], add_x);
    }
  }
}
