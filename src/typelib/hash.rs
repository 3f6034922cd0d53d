//! The index of names: a stored minimal perfect hash from a name to a position in the directory.
//!
//! It is what CMPH's "BDZ" algorithm packs, wrapped by girepository. Three hash values of the name pick three
//! vertices of a 3-partite graph; the two-bit labels of the vertices tell which of the three stands for the name;
//! and the rank of that vertex among those that stand for some name is the hash. Layout, from the section's start:
//!
//! | bytes | contents |
//! |---|---|
//! | 4 | offset of the map, from the section's start |
//! | 4 | algorithm: 5, BDZ |
//! | 4 | hash function: 0, Jenkins |
//! | 4 | seed of the hash function |
//! | 4 | *r*, vertices in each of the three parts |
//! | 4 | *t*, entries of the rank table |
//! | 4 *t* | rank table: for every 2^*b*-th vertex, the number of assigned vertices before it |
//! | 1 | *b* |
//! | ⌈3 *r* / 4⌉ | labels, two bits each, lowest first; 3 is "not assigned" |
//! | 2 *n* | the map: for each hash value the position in the directory, from 0 |
//!
//! Knows nothing of entries: whoever looks up compares the name.

const ALGORITHM_BDZ: u32 = 5;
const HASH_JENKINS: u32 = 0;
const FIXED: u64 = 24;
/// The algorithm uses 3 to 10, the writer 7. It also bounds the work of one lookup.
const MAX_RANK_SHIFT: u8 = 10;
const NOT_ASSIGNED: u8 = 3;

/// An index whose every part was found to lie inside the file.
pub struct NameIndex {
    seed: u32,
    r: u32,
    rank_shift: u8,
    rank_table: usize,
    labels: usize,
    map: usize,
    n_names: u16,
}

impl NameIndex {
    /// Reads the section at `start` of `data`, for a directory with `n_names` local entries.
    /// The error is the reason why the index cannot be used.
    pub fn parse(data: &[u8], start: u32, n_names: u16) -> Result<Self, String> {
        let len = data.len() as u64;
        let start = u64::from(start);
        if start + FIXED > len {
            return Err(format!(
                "expected the index of names here, but the file ends at {len:#x}"
            ));
        }
        let word = |i: u64| load_u32(data, (start + 4 * i) as usize);
        let map_offset = u64::from(word(0));
        let (algorithm, function) = (word(1), word(2));
        let (seed, r, rank_entries) = (word(3), word(4), u64::from(word(5)));
        if algorithm != ALGORITHM_BDZ || function != HASH_JENKINS {
            return Err(format!(
                "expected an index of names made with algorithm {ALGORITHM_BDZ} and hash function {HASH_JENKINS}, \
                 found {algorithm} and {function}"
            ));
        }
        // Everything below is 64-bit arithmetic on 32-bit values: it cannot overflow.
        let vertices = 3 * u64::from(r);
        let rank_table = start + FIXED;
        let shift_at = rank_table + 4 * rank_entries;
        let labels = shift_at + 1;
        let labels_end = labels + vertices.div_ceil(4);
        let map = start + map_offset;
        let map_end = map + 2 * u64::from(n_names);
        if r == 0 || labels_end > len || map < labels_end || map_end > len {
            return Err(format!(
                "an index of names with {vertices} vertices, {rank_entries} ranks and a map at {map:#x} \
                 does not fit into the file, which ends at {len:#x}"
            ));
        }
        let rank_shift = data[shift_at as usize];
        if rank_shift > MAX_RANK_SHIFT || ((vertices - 1) >> rank_shift) >= rank_entries {
            return Err(format!(
                "{rank_entries} ranks, one for every 2^{rank_shift}, are too few for {vertices} vertices \
                 in the index of names"
            ));
        }
        Ok(NameIndex {
            seed,
            r,
            rank_shift,
            rank_table: rank_table as usize,
            labels: labels as usize,
            map: map as usize,
            n_names,
        })
    }

    /// The position in the directory at which `name` is, if it is anywhere. `data` is the file given to `parse`.
    pub fn lookup(&self, data: &[u8], name: &[u8]) -> Option<u16> {
        let r = u64::from(self.r);
        let [a, b, c] = jenkins(self.seed, name).map(u64::from);
        let candidates = [a % r, b % r + r, c % r + 2 * r];
        let sum: u8 = candidates.iter().map(|&v| self.label(data, v)).sum();
        let vertex = candidates[usize::from(sum % 3)];
        let hash = self.rank(data, vertex);
        if hash >= u32::from(self.n_names) {
            return None;
        }
        let at = self.map + 2 * hash as usize;
        let bytes = data.get(at..)?.first_chunk()?;
        Some(u16::from_le_bytes(*bytes))
    }

    fn label(&self, data: &[u8], vertex: u64) -> u8 {
        let byte = data
            .get(self.labels + (vertex / 4) as usize)
            .copied()
            .unwrap_or(0);
        (byte >> (2 * (vertex % 4))) & 3
    }

    /// Number of assigned vertices before this one.
    fn rank(&self, data: &[u8], vertex: u64) -> u32 {
        let block = vertex >> self.rank_shift;
        let mut rank = load_u32(data, self.rank_table + 4 * block as usize);
        let first = block << self.rank_shift;
        // Blocks are whole bytes for every shift above 1; smaller ones go vertex by vertex.
        let (from, to) = (first.div_ceil(4), vertex / 4);
        if from < to {
            let bytes = data
                .get(self.labels + from as usize..self.labels + to as usize)
                .unwrap_or_default();
            rank = bytes
                .iter()
                .fold(rank, |rank, &byte| rank.wrapping_add(assigned(byte)));
            for v in (first..4 * from).chain(4 * to..vertex) {
                rank = rank.wrapping_add(u32::from(self.label(data, v) != NOT_ASSIGNED));
            }
        } else {
            for v in first..vertex {
                rank = rank.wrapping_add(u32::from(self.label(data, v) != NOT_ASSIGNED));
            }
        }
        rank
    }
}

/// How many of the four labels in a byte are not 3, that is, do not have both bits set.
fn assigned(labels: u8) -> u32 {
    4 - (labels & (labels >> 1) & 0x55).count_ones()
}

fn load_u32(data: &[u8], at: usize) -> u32 {
    data.get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// Bob Jenkins' hash of 1996 ("lookup2"), all three words of its state.
fn jenkins(seed: u32, key: &[u8]) -> [u32; 3] {
    const GOLDEN_RATIO: u32 = 0x9e37_79b9;
    let mut state = [GOLDEN_RATIO, GOLDEN_RATIO, seed];
    let mut chunks = key.chunks_exact(12);
    for chunk in &mut chunks {
        for (i, word) in state.iter_mut().enumerate() {
            *word = word.wrapping_add(load_u32(chunk, 4 * i));
        }
        mix(&mut state);
    }
    // The lowest byte of the last word is kept for the length, so the rest of the key skips it.
    let mut tail = [0u8; 12];
    for (i, &byte) in chunks.remainder().iter().enumerate() {
        tail[if i < 8 { i } else { i + 1 }] = byte;
    }
    for (i, word) in state.iter_mut().enumerate() {
        *word = word.wrapping_add(load_u32(&tail, 4 * i));
    }
    state[2] = state[2].wrapping_add(key.len() as u32);
    mix(&mut state);
    state
}

fn mix(state: &mut [u32; 3]) {
    // Each step: subtract the two others from one word, then stir in a shift of its predecessor.
    const SHIFTS: [i8; 9] = [-13, 8, -13, -12, 16, -5, -3, 10, -15];
    for (step, shift) in SHIFTS.into_iter().enumerate() {
        let (this, next, previous) = (step % 3, (step + 1) % 3, (step + 2) % 3);
        let stirred = if shift < 0 {
            state[previous] >> -shift
        } else {
            state[previous] << shift
        };
        state[this] = state[this]
            .wrapping_sub(state[next])
            .wrapping_sub(state[previous])
            ^ stirred;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_counts_labels_other_than_three() {
        for byte in 0..=255u8 {
            let slow = (0..4).filter(|i| (byte >> (2 * i)) & 3 != 3).count();
            assert_eq!(assigned(byte), slow as u32, "{byte:#010b}");
        }
    }

    /// An index with arbitrary labels, and rank tables that fit them.
    fn index(r: u32, rank_shift: u8) -> (Vec<u8>, NameIndex) {
        let vertices = 3 * r;
        let labels: Vec<u8> = (0..vertices.div_ceil(4))
            .map(|i| (i.wrapping_mul(0x9e37_79b1) >> 13) as u8)
            .collect();
        let label = |v: u32| labels[v as usize / 4] >> (2 * (v % 4)) & 3;
        let ranks: Vec<u32> = (0..=(vertices - 1) >> rank_shift)
            .map(|block| (0..block << rank_shift).filter(|&v| label(v) != 3).count() as u32)
            .collect();
        let map = FIXED as u32 + 4 * ranks.len() as u32 + 1 + labels.len() as u32;
        let mut data = Vec::new();
        for word in [map, ALGORITHM_BDZ, HASH_JENKINS, 5, r, ranks.len() as u32]
            .iter()
            .chain(&ranks)
        {
            data.extend(word.to_le_bytes());
        }
        data.push(rank_shift);
        data.extend(labels);
        let index = NameIndex::parse(&data, 0, 0).unwrap();
        (data, index)
    }

    #[test]
    fn rank_is_the_number_of_assigned_vertices_before() {
        for rank_shift in 0..=MAX_RANK_SHIFT {
            let (data, index) = index(171, rank_shift);
            let mut rank = 0;
            for v in 0..3 * 171 {
                assert_eq!(index.rank(&data, v), rank, "vertex {v}, shift {rank_shift}");
                rank += u32::from(index.label(&data, v) != NOT_ASSIGNED);
            }
        }
    }

    #[test]
    fn an_index_that_does_not_fit_is_refused() {
        let (data, _) = index(11, 7);
        for len in 0..data.len() {
            assert!(NameIndex::parse(&data[..len], 0, 0).is_err(), "{len}");
        }
        assert!(
            NameIndex::parse(&data, 0, 1).is_err(),
            "no room for the map"
        );
        assert!(NameIndex::parse(&data, u32::MAX, 0).is_err());
        let with = |at: usize, word: u32| {
            let mut data = data.clone();
            data[at..at + 4].copy_from_slice(&word.to_le_bytes());
            NameIndex::parse(&data, 0, 0)
        };
        assert!(with(8, 0).is_ok(), "the hash function as it was");
        assert!(with(0, 4).is_err(), "the map inside the index");
        assert!(with(8, 1).is_err(), "another hash function");
        assert!(with(16, 0).is_err(), "no vertices");
        assert!(with(16, u32::MAX).is_err(), "too many vertices");
        assert!(with(20, u32::MAX).is_err(), "too many ranks");
        assert!(with(20, 0).is_err(), "no ranks");
    }

    /// That the values are the right ones is shown by the names found in installed typelibs.
    #[test]
    fn jenkins_depends_on_seed_length_and_every_byte() {
        let base = jenkins(1, b"abcdefghijklmnopqrstuvwxyz");
        assert_ne!(jenkins(2, b"abcdefghijklmnopqrstuvwxyz"), base);
        let mut seen = std::collections::HashSet::new();
        for len in 0..40 {
            assert!(seen.insert(jenkins(1, &vec![0; len])), "length {len}");
        }
        for at in 0..26 {
            let mut key = *b"abcdefghijklmnopqrstuvwxyz";
            key[at] ^= 1;
            assert!(seen.insert(jenkins(1, &key)), "byte {at}");
        }
    }
}
