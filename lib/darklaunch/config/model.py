"""The whole configuration as one frozen value; the field names are the YAML's keys."""

from darklaunch.config.judgement import NoiseSettings, PolicySettings, ScoringSettings
from darklaunch.config.log import CapturesSettings, ContractSettings
from darklaunch.config.output import PublishSettings, SparkSettings
from darklaunch.config.rule import RuleSettings
from darklaunch.config.section import Section
from darklaunch.config.values import Text


class LaunchSettings(Section):
    """What evidence is added up over.

    Attributes:
        name: of the launch; people see it, and MLflow's experiment is called so.
        production_release: None: read from the log.
        shadow_release: None: read from the log.
    """

    name: Text = "darklaunch"
    production_release: Text | None = None
    shadow_release: Text | None = None


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
