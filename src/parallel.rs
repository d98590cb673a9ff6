//! Work on all processors.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// What each thread may use of its stack, in bytes: parsers of nested text call themselves, and the deepest text that the
/// size limits let pass needs less than this. Memory is only used when the depth is.
pub const STACK_BYTES: usize = 1 << 30;

/// More processors than these give little: the work is a second at most.
const MOST_THREADS: usize = 4;

/// Below this number of items, starting threads costs more than it gives.
const ITEMS_FOR_THREADS: usize = 16;

/// How many threads work at the same time.
#[must_use]
pub fn threads() -> usize {
    // To ask the system takes it several files.
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS))
}

/// Calls `work` for every item, and returns the results in the order of the items.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    if items.len() < ITEMS_FOR_THREADS { items.iter().map(work).collect() } else { map_heavy(items, work) }
}

/// Calls `work` for every item, of which even two are worth a thread.
pub fn map_heavy<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut results = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return results };
            results.push((index, work(item)));
        }
    };
    let mut results = std::thread::scope(|scope| {
        // Where there is no room for another stack, this thread does the work.
        let thread = |_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, take).ok();
        let others: Vec<_> = (1..threads().min(items.len())).filter_map(thread).collect();
        let mut results = take();
        for other in others {
            // A thread that panicked has printed why; the panic goes on here.
            results.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Does two things at the same time, the second on another thread.
pub fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    let there = Mutex::new(Some(there));
    let take = || there.lock().ok().and_then(|mut there| there.take()).map(|there| there());
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, take);
        let here = here();
        let there = match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(Some(there))) => there,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // There was no room for another stack: this thread does both.
            Ok(Ok(None)) | Err(_) => take().unwrap_or_else(|| unreachable!("it is done once")),
        };
        (here, there)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_things_at_the_same_time() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, 5, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(&items, |item| item * 2), doubled);
            assert_eq!(map_heavy(&items, |item| item * 2), doubled);
        }
    }

    #[test]
    #[should_panic(expected = "one of many")]
    fn a_panic_of_a_thread_is_one_here() {
        let items: Vec<usize> = (0..1000).collect();
        map(&items, |item| assert!(*item != 999, "one of many"));
    }
}
