//! Where members stand, as far as look-ups have read the objects of a record.
//!
//! Rules ask for several fields of the same few objects. Each object is read once, and only as far as the
//! first member that somebody asked for.

use crate::doc::{Fault, Key, Node, Slot};

/// The objects of one record that have been looked into. Reused from record to record.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// The first `len` belong to the record.
    objects: Vec<Object>,
    len: usize,
}

/// The members of one object.
#[derive(Debug, Default)]
struct Object {
    /// The text it stands in and the offset of its opening bracket, by which it is known.
    place: (usize, usize),
    slots: Vec<Slot>,
    /// Where reading goes on; the offset of the end when all has been read.
    next: usize,
}

/// Objects that are remembered. A record with more is read again where they end.
const MAX_OBJECTS: usize = 32;

impl Index {
    /// Forgets the record.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// The member of that name: the first spelled exactly so, else the first that differs only in case.
    ///
    /// # Errors
    /// A fault, the first time that a look-up comes upon it.
    pub(crate) fn find<'n>(
        &mut self,
        node: Node<'n>,
        key: Key<'_>,
    ) -> Result<Option<Node<'n>>, Fault> {
        let doc = node.doc();
        match self.object(node) {
            Some(object) => Ok(object.find(node, key)?.map(|slot| doc.value(slot))),
            None => node.member(key),
        }
    }

    fn object(&mut self, node: Node<'_>) -> Option<&mut Object> {
        let known =
            self.objects.iter().take(self.len).position(|object| object.place == place(node));
        let at = match known {
            Some(at) => at,
            None if self.len == MAX_OBJECTS => return None,
            None => {
                self.begin(node);
                self.len - 1
            }
        };
        self.objects.get_mut(at)
    }

    fn begin(&mut self, node: Node<'_>) {
        if self.len == self.objects.len() {
            self.objects.push(Object::default());
        }
        if let Some(object) = self.objects.get_mut(self.len) {
            object.place = place(node);
            object.next = if node.is_object() { node.start() + 1 } else { node.end() };
            object.slots.clear();
        }
        self.len += 1;
    }
}

/// Tells objects apart, also those of a record that stands in a string of another.
fn place(node: Node<'_>) -> (usize, usize) {
    (std::ptr::from_ref(node.doc()).addr(), node.start())
}

impl Object {
    #[inline]
    fn find(&mut self, node: Node<'_>, key: Key<'_>) -> Result<Option<Slot>, Fault> {
        let doc = node.doc();
        if let Some(slot) = self.slots.iter().find(|slot| doc.is_key(slot, &key)) {
            return Ok(Some(*slot));
        }
        while self.next < node.end() {
            let slot = doc.next_member(self.next, node.end(), self.slots.is_empty());
            self.next = match slot {
                Ok(Some(slot)) => slot.end(),
                Ok(None) | Err(_) => node.end(),
            };
            let Some(slot) = slot? else { break };
            self.slots.push(slot);
            if doc.is_key(&slot, &key) {
                return Ok(Some(slot));
            }
        }
        Ok(self.slots.iter().find(|slot| doc.is_key_ignoring_case(slot, &key)).copied())
    }
}
