from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_no_accepted_at'),
    ]

    operations = [
        migrations.RenameModel('TextReceived', 'InboundSms'),
        migrations.RenameModel('Text', 'OutboundSms'),
    ]
