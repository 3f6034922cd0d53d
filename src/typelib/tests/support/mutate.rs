//! Breaks typelibs, reproducibly: the same seed gives the same damage.

/// SplitMix64: small, good enough, and the same everywhere.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `n`, which must not be 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Damages `data` in one to eight ways; `other` is another typelib to take parts from.
pub fn mutate(data: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let times = 1 + rng.below(8).min(rng.below(8));
    for _ in 0..times {
        once(data, other, rng);
    }
    // Mostly repair the announced size, or every change of length would end at the same check.
    if data.len() >= 44 && !rng.one_in(16) {
        let size = data.len() as u32;
        data[40..44].copy_from_slice(&size.to_le_bytes());
    }
}

fn once(data: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    if data.is_empty() {
        return;
    }
    let len = data.len();
    // The header and the directory behind it decide most; hit them more often than their share.
    let at = match rng.below(16) {
        0 => rng.below(len.min(112)),
        1..=3 => rng.below(len.min(1024)),
        _ => rng.below(len),
    };
    match rng.below(16) {
        0..=3 => data[at] ^= 1 << rng.below(8),
        4 => data[at] = [0, 1, 0x7f, 0x80, 0xff, b'-', b'|'][rng.below(7)],
        5..=6 => {
            let value = interesting(len, rng) as u16;
            set(data, at & !1, &value.to_le_bytes());
        }
        7..=9 => {
            let value = interesting(len, rng);
            set(data, at & !3, &value.to_le_bytes());
        }
        10 => {
            // A little more or less than what is there.
            let at = at & !3;
            if let Some(bytes) = data.get(at..at + 4) {
                let old = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                let delta = [1, 4, u32::MAX, 4u32.wrapping_neg(), 0x100, 0x1_0000][rng.below(6)];
                set(data, at, &old.wrapping_add(delta).to_le_bytes());
            }
        }
        11 => {
            // A word from elsewhere in the file: often a valid offset of the wrong kind.
            let from = rng.below(len) & !3;
            if let Some(bytes) = data.get(from..from + 4) {
                let bytes = bytes.to_vec();
                set(data, at & !3, &bytes);
            }
        }
        12 => data.truncate(at),
        13 => {
            let from = rng.below(other.len());
            let n = (1 + rng.below(64)).min(other.len() - from);
            set(data, at, &other[from..from + n]);
        }
        14 => {
            let from = rng.below(len);
            let n = (1 + rng.below(256)).min(len - from);
            let part = data[from..from + n].to_vec();
            set(data, at & !3, &part);
        }
        _ => {
            if rng.one_in(2) {
                let n = (1 + rng.below(32)).min(len - at);
                data.drain(at..at + n);
            } else {
                let n = 1 + rng.below(32);
                let byte = rng.next() as u8;
                data.splice(at..at, std::iter::repeat_n(byte, n));
            }
        }
    }
}

fn set(data: &mut [u8], at: usize, bytes: &[u8]) {
    for (to, from) in data.iter_mut().skip(at).zip(bytes) {
        *to = *from;
    }
}

fn interesting(len: usize, rng: &mut Rng) -> u32 {
    let len = len as u32;
    match rng.below(20) {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 0x3ff,
        4 => 0x7fff,
        5 => 0x8000,
        6 => 0xffff,
        7 => 0x7fff_ffff,
        8 => 0x8000_0000,
        9 => 0xffff_ffff,
        10 => 0xffff_fffc,
        11 => len,
        12 => len.wrapping_sub(1),
        13 => len.wrapping_sub(4),
        14 => len.wrapping_add(1),
        15 => 112,
        16 => len.wrapping_sub(rng.below(128) as u32),
        17 => rng.below(256) as u32,
        18 => rng.next() as u32,
        _ => rng.below(len.max(1) as usize) as u32 & !3,
    }
}
