"""ASSEMBLY: the accepted editions of all sources become one image; step 7 of a cycle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..answers.disclosure import tellable
from ..errors import BlocklistError, CompileError, EmptyBlocklistError
from ..image.container import Image
from ..model.orders import Order
from ..model.shadows import enforced, tried
from .intake import Taken, give_way
from .judgement import Guarding


@dataclass
class Assembly:
    """The image, and what it was made from.

    Attributes:
        image: of all accepted editions.
        orders: theirs, without shadow orders; none where the image came compiled.
        guarding: how it was compiled.
        tried: their shadow orders.
        is_shadow: whether it is of shadow orders.
    """

    image: Image
    orders: Sequence[Order] = ()
    guarding: Guarding | None = field(default=None, repr=False)
    tried: Sequence[Order] = ()
    is_shadow: bool = False

    @cached_property
    def shadow(self) -> Assembly:
        """The same of the shadow orders alone, which block nothing; of none it is empty.

        Raises:
            CompileError: two of them have one id, or one is a draft.
            BlocklistError: the image came compiled.
        """
        if self.guarding is None:
            raise BlocklistError("an image that came compiled holds no shadow orders")
        image = self.guarding.compile(self.tried, allow_empty=True, shadow=True)
        return Assembly(image, self.tried, self.guarding, is_shadow=True)

    @cached_property
    def public(self) -> Image | None:
        """The image without confidential orders; ``None`` if it cannot be made."""
        if not self.image.rights.is_private:
            return self.image
        if self.guarding is None:
            return None
        # Where all that is not confidential has ended, this one is empty.
        return self.guarding.compile(tellable(self.orders), allow_empty=True, shadow=self.is_shadow)


def assemble(
    takens: Sequence[Taken], guarding: Guarding, is_explained: Callable[[Sequence[Order]], bool]
) -> Assembly:
    """Compile the accepted editions.

    A new edition whose order cannot stand beside those of other sources is held. ``is_explained``
    says whether it is known why orders block nothing.

    Raises:
        CompileError: nothing else helps.
    """
    while True:
        read = [order for taken in takens for order in taken.orders]
        orders, shadows = enforced(read), tried(read)
        try:
            return Assembly(guarding.compile(read), orders, guarding, shadows)
        except EmptyBlocklistError:
            if not is_explained(read):
                raise
            image = guarding.compile(read, allow_empty=True)
            return Assembly(image, orders, guarding, shadows)
        except CompileError as error:
            gave_way = error.order_id and any(
                give_way(taken, error.order_id, error.reason, guarding.at) for taken in takens
            )
            if not gave_way:
                raise
