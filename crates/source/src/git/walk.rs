//! Decodes the wanted objects of a pack, each once, on all threads.
//!
//! A thread takes a tree and goes down in it. The lightest child comes first and the heaviest last, and an
//! object is let go when its last child is made from it: so a thread holds few objects at a time, whatever the
//! depth. A thread that runs out of trees is given what another has left to do in one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use gix_hash::oid;
use gix_object::Kind;

use super::decode::{Buffer, Fault, Tools};
use super::forest::Forest;
use super::pack::Pack;
use crate::piece::Stop;

/// Bytes of objects that a thread may hold beside those it works on. What is beyond is decoded again later.
const HELD_BYTES: usize = 128 << 20;

/// Looks at objects. One for a thread; what they found is joined by the caller.
pub(super) trait Visit: Send {
    /// Whether an object is to be decoded. Asked of the first visitor, before anything is.
    fn wants(&mut self, id: &oid, kind: Kind) -> bool;

    /// An object that was wanted.
    fn object(&mut self, id: &oid, kind: Kind, bytes: &[u8]);

    /// An object that was wanted and cannot be had from this pack.
    fn fault(&mut self, id: &oid, kind: Option<Kind>, fault: Fault);

    /// So many more packed bytes are done.
    fn progress(&mut self, bytes: u64);

    /// Whether a wanted object of that size would be looked at; it is not decoded for its own sake if not.
    fn is_welcome(&mut self, id: &oid, size: u64) -> bool;
}

/// Goes through a forest, a visitor on each thread.
pub(super) fn walk<V: Visit>(
    pack: &Pack,
    forest: &Forest,
    visitors: &mut [V],
    largest: u64,
    stop: &Stop,
) {
    let Some(first) = visitors.first_mut() else { return };
    for (node, fault) in &forest.faults {
        first.fault(pack.id(forest.place(*node)), forest.kind(*node), *fault);
    }
    let shared = Shared {
        pack,
        forest,
        roots: forest.roots(),
        next_root: AtomicUsize::new(0),
        n_idle: AtomicUsize::new(0),
        n_threads: visitors.len(),
        offered: Mutex::new(Offered { frames: Vec::new(), is_over: false }),
        changed: Condvar::new(),
        stop,
    };
    let (first, others) = visitors.split_at_mut(1);
    thread::scope(|scope| {
        for visitor in others {
            let shared = &shared;
            scope.spawn(move || Walker::new(shared, visitor, largest).run());
        }
        for visitor in first {
            Walker::new(&shared, visitor, largest).run();
        }
    });
}

/// What the threads share.
struct Shared<'a> {
    pack: &'a Pack,
    forest: &'a Forest,
    roots: Vec<u32>,
    next_root: AtomicUsize,
    n_idle: AtomicUsize,
    n_threads: usize,
    offered: Mutex<Offered>,
    changed: Condvar,
    stop: &'a Stop,
}

/// Work that threads leave to others.
struct Offered {
    frames: Vec<Frame>,
    is_over: bool,
}

/// An object and those of its children that are still to be made.
struct Frame {
    node: u32,
    object: Buffer,
    next_child: usize,
}

impl Shared<'_> {
    fn lock(&self) -> MutexGuard<'_, Offered> {
        self.offered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A tree that nobody has begun.
    fn root(&self) -> Option<u32> {
        self.roots.get(self.next_root.fetch_add(1, Ordering::Relaxed)).copied()
    }

    /// Whether another thread has nothing to do.
    fn is_asked_for(&self) -> bool {
        self.n_idle.load(Ordering::Relaxed) > 0
    }

    fn offer(&self, frame: Frame) {
        self.lock().frames.push(frame);
        self.changed.notify_one();
    }

    /// Waits until another thread leaves something, or all are through.
    fn wait(&self) -> Option<Frame> {
        let mut offered = self.lock();
        let n_idle = self.n_idle.fetch_add(1, Ordering::Relaxed) + 1;
        if n_idle == self.n_threads && offered.frames.is_empty() {
            offered.is_over = true;
            self.changed.notify_all();
        }
        loop {
            if let Some(frame) = offered.frames.pop() {
                self.n_idle.fetch_sub(1, Ordering::Relaxed);
                return Some(frame);
            }
            if offered.is_over {
                return None;
            }
            offered = self.changed.wait(offered).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Ends the wait of others when a visitor panics.
struct Leaver<'a>(&'a Shared<'a>);

impl Drop for Leaver<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.lock().is_over = true;
            self.0.changed.notify_all();
        }
    }
}

/// One thread at work.
struct Walker<'a, V> {
    shared: &'a Shared<'a>,
    visitor: &'a mut V,
    tools: Tools,
    frames: Vec<Frame>,
    /// Objects that were let go before their children were made.
    postponed: Vec<(u32, usize)>,
    held_bytes: usize,
}

impl<'a, V: Visit> Walker<'a, V> {
    fn new(shared: &'a Shared<'a>, visitor: &'a mut V, largest: u64) -> Self {
        Self {
            shared,
            visitor,
            tools: Tools::new(largest),
            frames: Vec::new(),
            postponed: Vec::new(),
            held_bytes: 0,
        }
    }

    fn run(mut self) {
        let _leaver = Leaver(self.shared);
        while let Some(root) = self.shared.root() {
            self.begin(root);
            self.descend();
        }
        while let Some(frame) = self.shared.wait() {
            self.push(frame);
            self.descend();
        }
    }

    /// Unpacks a root.
    fn begin(&mut self, root: u32) {
        let mut object = self.tools.buffer();
        let (pack, size) = (self.shared.pack, self.size_of_whole(root));
        if self.is_left_out(root, size) {
            self.done(root);
            return self.tools.give_back(object);
        }
        match decode(pack, self.shared.forest, &mut self.tools, root, None, &mut object) {
            Ok(()) => self.look(root, object),
            Err(fault) => self.fail(root, fault),
        }
    }

    /// The size of an object that is no delta; 0 where it is not known.
    fn size_of_whole(&self, root: u32) -> u64 {
        let offset = self.shared.pack.offset_at(self.shared.forest.place(root));
        self.shared.pack.header(offset).map_or(0, |entry| entry.decompressed_size)
    }

    /// Whether nothing is to be gained from decoding a tree's only object.
    fn is_left_out(&mut self, root: u32, size: u64) -> bool {
        let Shared { pack, forest, .. } = self.shared;
        forest.children(root).is_empty()
            && !self.visitor.is_welcome(pack.id(forest.place(root)), size)
    }

    /// Works until nothing is left of the tree.
    fn descend(&mut self) {
        loop {
            while let Some(frame) = self.frames.pop() {
                self.step(frame);
                if self.frames.len() > 1 && self.shared.is_asked_for() {
                    self.offer();
                }
                self.let_go();
            }
            match self.postponed.pop() {
                Some((node, next_child)) => self.resume(node, next_child),
                None => return,
            }
        }
    }

    /// Makes one child.
    fn step(&mut self, mut frame: Frame) {
        self.held_bytes = self.held_bytes.saturating_sub(frame.object.len());
        let Shared { pack, forest, stop, .. } = self.shared;
        let children = forest.children(frame.node);
        let Some(&child) = children.get(frame.next_child).filter(|_| !stop.is_set()) else {
            return self.tools.give_back(frame.object);
        };
        frame.next_child += 1;
        let mut object = self.tools.buffer();
        let made =
            decode(pack, forest, &mut self.tools, child, Some(frame.object.get()), &mut object);
        if frame.next_child < children.len() {
            self.push(frame);
        } else {
            self.tools.give_back(frame.object);
        }
        match made {
            Ok(()) => self.look(child, object),
            Err(fault) => {
                self.tools.give_back(object);
                self.fail(child, fault);
            }
        }
    }

    fn push(&mut self, frame: Frame) {
        self.held_bytes += frame.object.len();
        self.frames.push(frame);
    }

    /// Shows an object, and keeps it if something is made from it.
    fn look(&mut self, node: u32, object: Buffer) {
        let Shared { pack, forest, .. } = self.shared;
        // Looking may take longer than decoding: what follows in a chain need not wait for it.
        let is_left = !forest.children(node).is_empty() && self.shared.is_asked_for();
        if is_left {
            let mut copy = self.tools.buffer();
            copy.room(object.len()).copy_from_slice(object.get());
            self.shared.offer(Frame { node, object: copy, next_child: 0 });
        }
        if let Some(kind) = forest.kind(node).filter(|_| forest.is_wanted(node)) {
            self.visitor.object(pack.id(forest.place(node)), kind, object.get());
        }
        self.done(node);
        if is_left || forest.children(node).is_empty() {
            self.tools.give_back(object);
        } else {
            self.push(Frame { node, object, next_child: 0 });
        }
    }

    fn done(&mut self, node: u32) {
        self.visitor.progress(self.shared.forest.packed_bytes(self.shared.pack, node));
    }

    /// Reports all that cannot be had for want of one object.
    fn fail(&mut self, node: u32, fault: Fault) {
        let Shared { pack, forest, .. } = self.shared;
        let mut nodes = vec![node];
        while let Some(node) = nodes.pop() {
            if forest.is_wanted(node) {
                self.visitor.fault(pack.id(forest.place(node)), forest.kind(node), fault);
            }
            self.done(node);
            nodes.extend(forest.children(node));
        }
    }

    /// Leaves the largest part of the work that it need not do itself to a thread without any.
    fn offer(&mut self) {
        let frame = self.frames.remove(0);
        self.held_bytes = self.held_bytes.saturating_sub(frame.object.len());
        self.shared.offer(frame);
    }

    /// Lets objects go that are not needed at once, while too much is held.
    fn let_go(&mut self) {
        while self.held_bytes > HELD_BYTES && self.frames.len() > 1 {
            let frame = self.frames.remove(0);
            self.held_bytes = self.held_bytes.saturating_sub(frame.object.len());
            self.postponed.push((frame.node, frame.next_child));
        }
    }

    /// Makes an object again that was let go.
    fn resume(&mut self, node: u32, next_child: usize) {
        let Shared { pack, forest, .. } = self.shared;
        let mut object = self.tools.buffer();
        match rebuild(pack, forest, &mut self.tools, node, &mut object) {
            Ok(()) => self.push(Frame { node, object, next_child }),
            Err(fault) => {
                for &child in forest.children(node).get(next_child..).unwrap_or_default() {
                    self.fail(child, fault);
                }
            }
        }
    }
}

/// Decodes one node, whose base is given if it is a delta.
fn decode(
    pack: &Pack,
    forest: &Forest,
    tools: &mut Tools,
    node: u32,
    base: Option<&[u8]>,
    out: &mut Buffer,
) -> Result<(), Fault> {
    let entry = pack.header(pack.offset_at(forest.place(node)))?;
    let packed = pack.packed(&entry)?;
    match base {
        Some(base) => tools.apply(packed, entry.decompressed_size, base, out),
        None => tools.whole(packed, entry.decompressed_size, out),
    }
}

/// Decodes one node and all that it rests on.
fn rebuild(
    pack: &Pack,
    forest: &Forest,
    tools: &mut Tools,
    node: u32,
    out: &mut Buffer,
) -> Result<(), Fault> {
    let mut chain = vec![node];
    while let Some(parent) = chain.last().and_then(|node| forest.parent_of(*node)) {
        chain.push(parent);
    }
    let mut base: Option<Buffer> = None;
    while let Some(node) = chain.pop() {
        let mut object = tools.buffer();
        decode(pack, forest, tools, node, base.as_ref().map(Buffer::get), &mut object)?;
        if let Some(base) = base.replace(object) {
            tools.give_back(base);
        }
    }
    if let Some(object) = base {
        *out = object;
    }
    Ok(())
}
