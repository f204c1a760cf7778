"""The whole configuration as one frozen value; the field names are the YAML's keys."""

from darklaunch.config.settings.captures import CapturesSettings
from darklaunch.config.settings.compute import SparkSettings
from darklaunch.config.settings.contract import ContractSettings
from darklaunch.config.settings.launch import LaunchSettings
from darklaunch.config.settings.noise import NoiseSettings
from darklaunch.config.settings.policy import PolicySettings
from darklaunch.config.settings.publish import PublishSettings
from darklaunch.config.settings.rules import RuleSettings
from darklaunch.config.settings.scoring import ScoringSettings
from darklaunch.config.settings.types import Section


class Settings(Section):
    """Every setting of a run; ``Settings()`` is the defaults.

    Attributes:
        launch: what evidence is added up over.
        captures: where the capture log lies.
        contract: how broken it may be.
        rules: which differences were expected.
        noise: how volatile paths are found.
        scoring: how much is tolerated, how sure the verdict must be.
        policy: what promoting asks for beside it.
        publish: what is written.
        spark: where it computes.
    """

    launch: LaunchSettings = LaunchSettings()
    captures: CapturesSettings = CapturesSettings()
    contract: ContractSettings = ContractSettings()
    rules: tuple[RuleSettings, ...] = ()
    noise: NoiseSettings = NoiseSettings()
    scoring: ScoringSettings = ScoringSettings()
    policy: PolicySettings = PolicySettings()
    publish: PublishSettings = PublishSettings()
    spark: SparkSettings = SparkSettings()
