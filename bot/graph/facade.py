"""Microsoft Graph as the rest of the service sees it: typed questions, typed answers, typed refusals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import TracebackType

from bot.credentials import GRAPH_SCOPE, TokenSource
from bot.domain.drift.compare import Account
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import AutomaticReplies, Holdings, Person
from bot.domain.planning import Needs
from bot.domain.plans import LicenceAdd
from bot.domain.sign_in import Secret
from bot.domain.tenant import Sku, TenantView
from bot.graph import apps, calls, holdings, licences, licensed, numbers, people, stock, watching
from bot.graph.apps import Organisation
from bot.graph.calls import CallPage
from bot.graph.numbers import NumberOperation, NumberOrder
from bot.graph.pacing import Pressure
from bot.graph.receipts import WriteReceipt
from bot.graph.transport import Fence, Patience, Transport

__all__ = ["Graph"]


class Graph:
    """One tenant's Graph, spoken to as the application.

    Reads are repeated a few times and raise `Throttled`, `Unavailable` or a refusal of `graph.errors`.
    Writes are sent at most once: see `Transport.write` for what each error says about the outcome. Their
    `fence` is called right before the first byte leaves. Nothing is cached.
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        scope: str = GRAPH_SCOPE,
        patience: Patience | None = None,
        pressure: Pressure | None = None,
    ) -> None:
        """`base_url` includes the version. Raises `Misconfigured` when it is neither https nor loopback."""
        self._wire = Transport(base_url, tokens, scope=scope, patience=patience, pressure=pressure)

    async def __aenter__(self) -> Graph:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._wire.aclose()

    async def person(self, id_or_upn: str) -> Person:
        """One user. Raises `NotFound`."""
        return await people.person(self._wire, id_or_upn)

    async def people_called(self, upns: Sequence[str]) -> dict[str, Person]:
        """The users with these names to sign in with, by the name as given; who is unknown is left out."""
        return await people.people_called(self._wire, upns)

    async def search_people(self, text: str, limit: int = 5) -> tuple[Person, ...]:
        """Users one of whose names or addresses begins with `text`."""
        return await people.search_people(self._wire, text, limit)

    async def people_with(self, sku_ids: Collection[str]) -> tuple[Person, ...]:
        """Everybody with a licence of any of these products."""
        return await licensed.people_with(self._wire, sku_ids)

    async def manager(self, user_id: str) -> Person | None:
        """The user's manager, if there is one who is a user."""
        return await people.manager(self._wire, user_id)

    async def has_reports(self, user_id: str) -> bool:
        """Whether anybody reports to the user. Raises `NotFound`."""
        return await people.has_reports(self._wire, user_id)

    async def group_members(self, group_id: str) -> tuple[Person, ...]:
        """Every user in a group, however deeply nested. Raises `NotFound`."""
        return await people.group_members(self._wire, group_id)

    async def group_name(self, group_id: str) -> str:
        """What a group is called; "" where it has no name. Raises `NotFound`."""
        return await people.group_name(self._wire, group_id)

    async def groups_of(self, user_id: str, group_ids: Sequence[str]) -> frozenset[str]:
        """Those of `group_ids` the user is in, directly or through other groups. Raises `NotFound`."""
        return await people.groups_of(self._wire, user_id, group_ids)

    async def automatic_replies(self, user_id: str) -> AutomaticReplies | None:
        """The user's out-of-office switch; None without a mailbox."""
        return await people.automatic_replies(self._wire, user_id)

    async def holdings(
        self,
        user_id: str,
        *,
        own_pstn_group: str | None = None,
        own_line: NumberType = NumberType.DIRECT_ROUTING,
    ) -> Holdings:
        """The user with licences, plans, Teams profile and numbers. Raises `NotFound`."""
        return await holdings.holdings(self._wire, user_id, own_pstn_group=own_pstn_group, own_line=own_line)

    async def skus(self) -> tuple[Sku, ...]:
        """Every product the tenant has bought, with its seats."""
        return await licences.skus(self._wire)

    async def free_numbers(
        self, country: str, number_type: NumberType | None = None, city: str | None = None
    ) -> tuple[PhoneNumber, ...]:
        """Numbers of a country that nobody holds and a person may be given."""
        return await numbers.free_numbers(self._wire, country, number_type, city)

    async def numbers(self) -> tuple[PhoneNumber, ...]:
        """Every number of the tenant: many pages where there are thousands."""
        return await numbers.every_number(self._wire)

    async def stock(self, needs: Needs) -> TenantView:
        """What the tenant has to give, as far as `needs` asks for it; nothing is subtracted from it."""
        return await stock.stock(self._wire, needs)

    async def number(self, telephone_number: str) -> PhoneNumber | None:
        """One number of the tenant; None when it is not the tenant's."""
        return await numbers.number(self._wire, telephone_number)

    async def numbers_of(self, user_id: str) -> tuple[PhoneNumber, ...]:
        """The numbers assigned to a user."""
        return await numbers.numbers_of(self._wire, user_id)

    async def accounts(self, people: Sequence[str]) -> dict[str, Account]:
        """These people's accounts, in few requests; who is not in the directory is left out."""
        return await watching.accounts(self._wire, people)

    async def numbers_about(
        self, numbers: Collection[str], people: Collection[str]
    ) -> dict[str, PhoneNumber]:
        """These numbers, and all that these people have, as far as they are the tenant's."""
        return await watching.numbers_about(self._wire, numbers, people)

    async def operation(self, operation_id: str) -> NumberOperation:
        """How far an accepted number write is. Raises `NotFound`."""
        return await numbers.operation(self._wire, operation_id)

    async def install_app(self, user_id: str, manifest_id: str) -> None:
        """Put the app into the user's personal scope; harmless to repeat."""
        await apps.install_app(self._wire, user_id, manifest_id)

    async def catalogue_id(self, manifest_id: str) -> str:
        """The app's id in the organisation's catalogue. Raises `Misconfigured` when it is not there."""
        return await apps.catalogue_id(self._wire, manifest_id)

    async def organisation(self) -> Organisation:
        """The tenant the application is signed in to."""
        return await apps.organisation(self._wire)

    async def calls(self, since: datetime, until: datetime) -> CallPage:
        """The first page of what calls cost, at most 90 days from end to end. Raises `Forbidden`."""
        return await calls.first_page(self._wire, since, until)

    async def more_calls(self, link: str) -> CallPage:
        """The page of calls that a page's link leads to."""
        return await calls.call_page(self._wire, link)

    async def dialled_out(self, day: date) -> Mapping[str, int]:
        """What dial-out from meetings cost on a day, in millionths by currency. Raises `UpstreamRefused`."""
        return await calls.dialled_out(self._wire, day)

    async def app_secrets(self, app_id: str) -> tuple[Secret, ...]:
        """When the client secrets of an app registration end. Raises `Forbidden` without the permission."""
        return await apps.app_secrets(self._wire, app_id)

    async def granted_roles(self) -> frozenset[str]:
        """Application permissions an admin has consented to."""
        return await apps.granted_roles(self._wire)

    async def change_licences(
        self,
        user_id: str,
        add: Sequence[LicenceAdd],
        remove: Sequence[str],
        *,
        fence: Fence,
        client_request_id: str,
    ) -> WriteReceipt:
        """Add and remove licences in one atomic call (R19)."""
        return await licences.change_licences(
            self._wire, user_id, add, remove, fence=fence, client_request_id=client_request_id
        )

    async def set_usage_location(
        self, user_id: str, country: str, *, fence: Fence, client_request_id: str
    ) -> WriteReceipt:
        """Set the user's usage location."""
        return await licences.set_usage_location(
            self._wire, user_id, country, fence=fence, client_request_id=client_request_id
        )

    async def assign_number(
        self,
        user_id: str,
        telephone_number: str,
        number_type: NumberType,
        *,
        location_id: str | None = None,
        fence: Fence,
        client_request_id: str,
    ) -> NumberOrder:
        """Order a number for a user. Raises `NumberRefused`, besides what every write raises."""
        return await numbers.assign_number(
            self._wire,
            user_id,
            telephone_number,
            number_type,
            location_id=location_id,
            fence=fence,
            client_request_id=client_request_id,
        )

    async def unassign_number(
        self, telephone_number: str, number_type: NumberType, *, fence: Fence, client_request_id: str
    ) -> NumberOrder:
        """Order a number off whoever holds it."""
        return await numbers.unassign_number(
            self._wire, telephone_number, number_type, fence=fence, client_request_id=client_request_id
        )

    async def update_number(
        self,
        telephone_number: str,
        *,
        location_id: str | None = None,
        network_site_id: str | None = None,
        fence: Fence,
        client_request_id: str,
    ) -> WriteReceipt:
        """Change a number's places, at once; "" clears, None keeps."""
        return await numbers.update_number(
            self._wire,
            telephone_number,
            location_id=location_id,
            network_site_id=network_site_id,
            fence=fence,
            client_request_id=client_request_id,
        )
