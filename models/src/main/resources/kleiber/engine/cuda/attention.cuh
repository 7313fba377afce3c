// Where attention's blocks work. Tiles of rows and heads lie along x, sequences along y, members along z.
#pragma once

/// Where a block's head and tile lie.
template <int ROWS>
struct PlaceOf {
  int positions, width, d;
  int tile, head;
  long long sequence;

  __device__ PlaceOf(int positions, int heads, int width, bool last_first)
      : positions(positions), width(width), d(heads * width) {
    int tiles = (positions + ROWS - 1) / ROWS;
    int index = blockIdx.x % tiles;
    tile = last_first ? tiles - 1 - index : index;
    head = blockIdx.x / tiles;
    sequence = static_cast<long long>(blockIdx.z) * gridDim.y + blockIdx.y;
  }

  /// The head's first column in the first row of rows of so many columns.
  __device__ long long first(int columns) const { return sequence * positions * columns + head * width; }
  /// The first of the head's numbers, one for each position.
  __device__ long long numbers(int heads) const { return (sequence * heads + head) * positions; }
};
